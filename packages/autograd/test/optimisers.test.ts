import { readFileSync } from 'node:fs';
import {
  adam,
  adamw,
  float32,
  GraphBuilder,
  type Optimiser,
  type Runtime,
  scalar,
  sgd,
  type Tensor,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Case {
  name: string;
  optimizer: 'adam' | 'adamw' | 'sgd';
  options: { learningRate: number } & Record<string, number>;
  parameters: number[];
  decayed?: number[];
  gradients: number[][];
  after: number[][];
}

const { cases } = JSON.parse(
  readFileSync(new URL('./fixtures/optimisers.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

/** The update alone: weights and slots are state, the gradient is fed. */
function updateGraph(optimiser: Optimiser, length: number) {
  const g = new GraphBuilder('update');
  const vector = (name: string) => g.input(name, 'float32', [length]);
  const weights = vector('weights');
  const gradient = vector('gradient');
  const slots = Object.fromEntries(optimiser.slots.map((slot) => [slot, vector(slot)]));
  const constants = Object.fromEntries(
    (optimiser.constants ?? []).map((constant) => [constant, vector(constant)]),
  );
  const scalars = Object.fromEntries(
    optimiser.scalarNames.map((name) => [name, g.input(name, 'float32', [])]),
  );
  const next = optimiser.update(g, { weights, gradient, slots, constants, scalars });
  g.output(next.weights, 'next/weights');
  for (const [slot, value] of Object.entries(next.slots)) g.output(value, `next/${slot}`);
  return g.build();
}

describe('five steps against PyTorch and the formula of Keras in float64', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());

  test.each(cases)('$name', async (entry) => {
    const { optimizer, options, parameters, gradients, after, decayed } = entry;
    const { learningRate, ...rest } = options;
    const optimiser = { adam, adamw, sgd }[optimizer](rest);
    const program = await runtime.load(updateGraph(optimiser, parameters.length));
    const zeros = float32([parameters.length], new Float32Array(parameters.length));
    await runtime.writeState({
      weights: float32([parameters.length], parameters),
      ...Object.fromEntries(optimiser.slots.map((slot) => [slot, zeros])),
      ...(decayed && { decayed: float32([decayed.length], decayed) }),
    });
    for (const [i, gradient] of gradients.entries()) {
      const scalars = Object.entries(optimiser.scalars(i + 1, learningRate));
      await program.run({
        gradient: float32([gradient.length], gradient),
        ...Object.fromEntries(scalars.map(([name, value]) => [name, scalar(value)])),
      });
      const { weights } = await runtime.readState(['weights']);
      const expected = after[i] as number[];
      expected.forEach((value, k) => {
        const actual = (weights as Tensor).data[k] as number;
        // Relative to the way gone so far; a float32 weight near 2 is known to 1e-7 only.
        const way = Math.abs(value - (parameters[k] as number));
        expect(Math.abs(actual - value)).toBeLessThan(1e-5 * way + 6e-7);
      });
    }
  });
});

test('sgd without momentum keeps no state', () => {
  expect([sgd().slots, sgd({ momentum: 0.9 }).slots]).toEqual([[], ['velocity']]);
});

test("adam's rate holds both bias corrections: at the first step it is rate sqrt(1 - b2)/(1 - b1)", () => {
  const { rate } = adam({ beta1: 0.8, beta2: 0.96 }).scalars(1, 0.5);
  expect(rate).toBeCloseTo((0.5 * Math.sqrt(1 - 0.96)) / (1 - 0.8), 12);
});
