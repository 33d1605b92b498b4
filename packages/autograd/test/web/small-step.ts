import {
  adam,
  balancedBce,
  flatten,
  float32,
  lossOf,
  type Optimiser,
  type Runtime,
  scalar,
  sgd,
  type Tensor,
  trainingStep,
} from '@vascula/autograd';
import { buildModel, initialParameters, notebookSpecs } from '@vascula/core';

const size = 64;
const batch = 2;

/** What a training of a small U-Net gives: plain numbers, so that it can leave a page. */
export interface Training {
  readonly losses: readonly number[];
  /** State entries at the end. */
  readonly state: Readonly<Record<string, readonly number[]>>;
}

const optimisers: Readonly<Record<string, Optimiser>> = { sgd: sgd(), adam: adam() };

/** Trains a U-Net of 4 channels and 3 levels on two images of 64 x 64 pixels. */
export async function train(
  runtime: Runtime,
  { optimiser: name, steps, rate }: { optimiser: 'sgd' | 'adam'; steps: number; rate: number },
): Promise<Training> {
  const optimiser = optimisers[name] as Optimiser;
  const { graph, parameters } = buildModel(
    { ...notebookSpecs.unet, base: 4, depth: 3 },
    { batch, height: size, width: size },
    initialParameters(1),
  );
  const step = trainingStep({
    graph,
    trainable: parameters.filter((p) => p.trainable).map((p) => p.name),
    loss: (g) => {
      const logits = g.value('logits');
      return lossOf(g, balancedBce(3), logits, g.input('mask', 'float32', logits.shape));
    },
    optimiser,
    target: runtime.target,
  });
  const program = await runtime.load(step.graph);
  const vector = (data: Float32Array): Tensor => float32([data.length], data);
  const weights = flatten(graph.initialisers, step.weights);
  await runtime.writeState({
    weights: vector(weights),
    statistics: vector(flatten(graph.initialisers, step.statistics)),
    ...Object.fromEntries(
      step.slots.map((slot) => [slot, vector(new Float32Array(weights.length))]),
    ),
  });
  // Colours without a pattern; a disc to be found.
  const image = float32(
    [batch, 3, size, size],
    Array.from({ length: batch * 3 * size * size }, (_, i) => (i * i * 7919) % 256),
  );
  const mask = float32(
    [batch, 1, size, size],
    Array.from({ length: batch * size * size }, (_, i) =>
      Math.hypot((i % size) - 20, (Math.floor(i / size) % size) - 30) < 12 ? 1 : 0,
    ),
  );
  const losses: number[] = [];
  for (let i = 1; i <= steps; i++) {
    const scalars = Object.entries(optimiser.scalars(i, rate)).map(([key, value]) => [
      `optimiser/${key}`,
      scalar(value),
    ]);
    const { loss } = await program.run({ image, mask, ...Object.fromEntries(scalars) });
    losses.push(Number(loss?.data[0]));
  }
  const state = await runtime.readState(['weights', 'statistics', ...step.slots]);
  return {
    losses,
    state: Object.fromEntries(
      Object.entries(state).map(([key, tensor]) => [key, Array.from(tensor.data, Number)]),
    ),
  };
}
