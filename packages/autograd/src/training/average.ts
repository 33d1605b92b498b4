import { GraphBuilder } from '../builder.js';
import type { Graph } from '../graph.js';
import { lower } from '../passes/lower.js';
import type { Target } from '../session/target.js';

/**
 * A step of an exponential moving average of the state entry `name`, a vector of `length`: the state
 * `average/NAME` moves by the scalar input `share` (1 - decay) of the way towards it.
 */
export function averageGraph(name: string, length: number, target: Target): Graph {
  const g = new GraphBuilder(`average of ${name}`);
  const fresh = g.input(name, 'float32', [length]);
  const average = g.input(`average/${name}`, 'float32', [length]);
  const way = g.apply('Mul', [g.apply('Sub', [fresh, average]), g.input('share', 'float32', [])]);
  g.output(g.apply('Add', [average, way]), `next/average/${name}`);
  return lower(g.build(), target);
}
