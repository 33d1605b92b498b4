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
  step: Pick<TrainingStep, 'weights' | 'statistics' | 'target'>,
  names: readonly string[],
): Graph {
  const flat = withFlatInput(
    withFlatInput(trainingForm(graph).graph, 'weights', step.weights),
    'statistics',
    step.statistics,
  );
  const g = GraphBuilder.from({ ...flat, outputs: [] });
  // 0 times a number is 0; 0 times Infinity or NaN is NaN, and so is every sum with it.
  const faults = names.map((name) =>
    g.apply('Reshape', [
      g.apply('ReduceSum', [g.apply('Mul', [g.value(name), g.scalar(0)])], { keepdims: 0 }),
      g.ints([1]),
    ]),
  );
  g.output(g.apply('Concat', faults, { axis: 0 }), 'faults');
  return lower(g.build(), step.target);
}
