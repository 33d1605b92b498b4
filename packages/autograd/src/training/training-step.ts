import { GraphBuilder } from '../builder.js';
import { differentiate } from '../differentiate.js';
import type { Graph } from '../graph.js';
import type { Value } from '../operators/operator.js';
import type { Optimiser } from '../optimisers/optimiser.js';
import { type LowerOptions, lower } from '../passes/lower.js';
import { plainTarget, type Target } from '../session/target.js';
import { elementCount } from '../tensor.js';
import { layOut, type Slice, withFlatInput } from './flat-parameters.js';
import { trainingForm } from './training-form.js';

export interface StepOptions extends LowerOptions {
  /** Forward graph, all sizes given; parameters are its initialisers. */
  readonly graph: Graph;
  /**
   * Names of the parameters to train; those of `idleBiases` are left out by themselves. A batch
   * normalisation of which neither scale nor shift is among them stays as it is in inference.
   */
  readonly trainable: readonly string[];
  /** Adds the loss: reads the graph's values, declares the inputs it needs, gives a scalar. */
  readonly loss: (g: GraphBuilder) => Value;
  readonly optimiser: Optimiser;
  /**
   * Where the weights are updated. `within` the graph, unless given. `apart`: by a graph of its own, which
   * takes less memory where a runtime runs it piece by piece. `summed`: apart, after several runs whose
   * gradients are summed, for a step over more than is run at once; the loss must be a sum over the runs.
   */
  readonly update?: 'within' | 'apart' | 'summed';
  /** That of the runtime that will run the step; any runtime's, where it is left out. */
  readonly target?: Target;
}

/**
 * One optimisation step as one graph, or as two where the update is apart.
 *
 * Inputs are those of the forward graph and the loss, the optimiser's scalars (`optimiser/NAME`), and
 * the state; outputs are `loss` and, for every state input NAME, `next/NAME`. State inputs: `weights`
 * (trainable parameters, flat), `statistics` (running statistics, flat) and `optimiser/SLOT`; the
 * optimiser's constants are the state `optimiser/CONSTANT`, which no step writes.
 *
 * Where the update is apart, `graph` leaves the weights as they are and writes the state `gradient` (as
 * long as the weights), or adds to it where gradients are summed: its scalar input `kept` is 0 in the
 * first run of a step and 1 afterwards. `update` ends the step.
 */
export interface TrainingStep {
  readonly graph: Graph;
  /** Weights and slots from the gradient and the optimiser's scalars. */
  readonly update: Graph | undefined;
  readonly weights: readonly Slice[];
  readonly statistics: readonly Slice[];
  /** State inputs beside weights and statistics, each as long as the weights, zero at first. */
  readonly slots: readonly string[];
  readonly target: Target;
  readonly centredNorms: boolean;
}

/** Builds the step: forward, loss, gradients, update, in the form ONNX Runtime runs. */
export function trainingStep({
  graph,
  trainable,
  loss,
  optimiser,
  update: place = 'within',
  target = plainTarget,
  centredNorms = false,
}: StepOptions): TrainingStep {
  const form = trainingForm(graph, new Set(trainable));
  const weights = layOut(
    graph,
    trainable.filter((name) => !form.idleBiases.has(name)),
  );
  const statistics = layOut(graph, [...form.statistics.keys()]);
  const flat = withFlatInput(
    withFlatInput(form.graph, 'weights', weights),
    'statistics',
    statistics,
  );
  const g = GraphBuilder.from({ ...flat, outputs: [] });
  const lossValue = loss(g);

  const gradients = differentiate(
    g,
    lossValue,
    weights.map(({ name }) => g.value(name)),
  );
  const join = (values: readonly Value[]) =>
    g.apply(
      'Concat',
      values.map((value) => g.apply('Reshape', [value, g.ints([-1])])),
      { axis: 0 },
    );
  g.output(lossValue, 'loss');
  let update: Graph | undefined;
  if (place === 'within') outputUpdate(g, g.value('weights'), join(gradients), optimiser);
  else {
    const gradient = join(place === 'summed' ? summed(g, gradients) : gradients);
    g.output(gradient, 'next/gradient');
    update = lower(updateGraph(optimiser, gradient.shape), target);
  }
  if (statistics.length > 0)
    g.output(
      join(statistics.map(({ name }) => g.value(form.statistics.get(name) as string))),
      'next/statistics',
    );
  return {
    graph: lower(g.build(), target, { centredNorms }),
    update,
    weights,
    statistics,
    slots: optimiser.slots.map((slot) => `optimiser/${slot}`),
    target,
    centredNorms,
  };
}

/** Each gradient added to its part of the state `gradient`, flat. */
function summed(g: GraphBuilder, gradients: readonly Value[]): readonly Value[] {
  const sizes = gradients.map(({ shape }) => elementCount(shape));
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const sums = g.applyAll('Split', [g.input('gradient', 'float32', [length]), g.ints(sizes)]);
  const kept = g.input('kept', 'float32', []);
  return gradients.map((gradient, i) =>
    g.apply('Add', [
      g.apply('Mul', [sums[i] as Value, kept]),
      g.apply('Reshape', [gradient, g.ints([-1])]),
    ]),
  );
}

/** Makes the optimiser's next weights and slots outputs of the graph. */
function outputUpdate(
  g: GraphBuilder,
  weights: Value,
  gradient: Value,
  { slots, constants = [], scalarNames, update }: Optimiser,
): void {
  const inputs = (names: readonly string[], shape: readonly number[]) =>
    Object.fromEntries(names.map((name) => [name, g.input(`optimiser/${name}`, 'float32', shape)]));
  const next = update(g, {
    weights,
    gradient,
    slots: inputs(slots, weights.shape),
    constants: inputs(constants, weights.shape),
    scalars: inputs(scalarNames, []),
  });
  g.output(next.weights, 'next/weights');
  for (const slot of slots) g.output(next.slots[slot] as Value, `next/optimiser/${slot}`);
}

function updateGraph(optimiser: Optimiser, shape: readonly number[]): Graph {
  const g = new GraphBuilder('update');
  const [weights, gradient] = ['weights', 'gradient'].map((name) =>
    g.input(name, 'float32', shape),
  );
  outputUpdate(g, weights as Value, gradient as Value, optimiser);
  return g.build();
}

/**
 * The forward graph in inference form with the same state inputs as the step, so that a model is
 * validated with the weights of the moment without a new session; `outputs` names what it gives. `state`
 * names other entries of the same layout to be read in place of the step's, such as averages of them.
 */
export function evaluationGraph(
  graph: Graph,
  step: Pick<TrainingStep, 'weights' | 'statistics' | 'target'>,
  outputs: (g: GraphBuilder) => Readonly<Record<string, Value>>,
  state = { weights: 'weights', statistics: 'statistics' },
): Graph {
  const flat = withFlatInput(
    withFlatInput(graph, state.weights, step.weights),
    state.statistics,
    step.statistics,
  );
  const g = GraphBuilder.from({ ...flat, outputs: [] });
  for (const [name, value] of Object.entries(outputs(g))) g.output(value, name);
  return lower(g.build(), step.target);
}
