import { GraphBuilder } from '../builder.js';
import type { Graph } from '../graph.js';
import { lower } from '../passes/lower.js';
import { withFlatInput } from './flat-parameters.js';
import { trainingForm } from './training-form.js';
import type { TrainingStep } from './training-step.js';

/**
 * The forward graph as it runs in training, with the state inputs of the step, to find where a number
 * first stopped being one: its output `faults` [names] is 0 for each named value all of whose numbers
 * are finite, and NaN for the others.
 */
export function finitenessGraph(
  graph: Graph,
  step: Pick<TrainingStep, 'weights' | 'statistics' | 'target' | 'centredNorms'>,
  names: readonly string[],
): Graph {
  const trained = new Set(step.weights.map(({ name }) => name));
  const flat = withFlatInput(
    withFlatInput(trainingForm(graph, trained).graph, 'weights', step.weights),
    'statistics',
    step.statistics,
  );
  const g = GraphBuilder.from({ ...flat, outputs: [] });
  // 0 times a number is 0; 0 times Infinity or NaN is NaN, and so is every sum with it.
  const faults = names.map((name) => {
    const value = g.value(name);
    // Of any other type every number is finite.
    if (value.type !== 'float32') return g.zeros([1]);
    const sum = g.apply('ReduceSum', [g.apply('Mul', [value, g.scalar(0)])], { keepdims: 0 });
    return g.apply('Reshape', [sum, g.ints([1])]);
  });
  g.output(g.apply('Concat', faults, { axis: 0 }), 'faults');
  return lower(g.build(), step.target, step);
}
