import { readFileSync } from 'node:fs';
import {
  balancedBce,
  bce,
  dice,
  differentiate,
  float32,
  GraphBuilder,
  type Loss,
  lossOf,
  lower,
  type Runtime,
  type Tensor,
  type Tensors,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Case {
  name: string;
  loss: 'balancedBce' | 'bce' | 'dice';
  options: { negativeWeight?: number };
  shape: number[];
  logits: number[];
  targets: number[];
  value: number;
  gradient: number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('./fixtures/losses.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

const losses = {
  balancedBce: ({ negativeWeight }: Case['options']) => balancedBce(negativeWeight as number),
  bce: () => bce(),
  dice: () => dice(),
};

const lossFor = (entry: Case): Loss => losses[entry.loss](entry.options);

const number = (tensor: Tensor | undefined) => Number(tensor?.data[0]);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

/** The loss, its sums (`sum/NAME`) and its gradient for logits and targets of one shape. */
async function programOf(loss: Loss, shape: readonly number[]) {
  const g = new GraphBuilder(loss.name);
  const logits = g.input('logits', 'float32', shape);
  const target = g.input('target', 'float32', shape);
  const sums = loss.sums(g, logits, target);
  const value = lossOf(g, loss, logits, target);
  const [gradient] = differentiate(g, value, [logits]);
  g.output(value, 'loss');
  g.output(gradient as typeof logits, 'gradient');
  for (const [name, sum] of Object.entries(sums)) g.output(sum, `sum/${name}`);
  return runtime.load(lower(g.build()));
}

function sumsIn(results: Tensors): Record<string, number> {
  return Object.fromEntries(
    Object.entries(results).flatMap(([name, tensor]) =>
      name.startsWith('sum/') ? [[name.slice(4), number(tensor)]] : [],
    ),
  );
}

describe.each(cases)('$name', (entry) => {
  const loss = lossFor(entry);
  let results: Tensors;
  beforeAll(async () => {
    const program = await programOf(loss, entry.shape);
    results = await program.run({
      logits: float32(entry.shape, entry.logits),
      target: float32(entry.shape, entry.targets),
    });
  });

  test('value as PyTorch has it', () => {
    expect(results.loss?.shape).toEqual([]);
    const error = Math.abs(number(results.loss) - entry.value);
    expect(error / Math.max(1, Math.abs(entry.value))).toBeLessThan(1e-6);
  });

  test('gradient as PyTorch has it', () => {
    const gradient = results.gradient?.data as Float32Array;
    const size = Math.max(1e-3, ...entry.gradient.map(Math.abs));
    entry.gradient.forEach((expected, i) => {
      expect(Math.abs((gradient[i] as number) - expected) / size).toBeLessThan(2e-6);
    });
  });

  test('the formula on numbers gives what the graph gives', () => {
    const value = loss.value(sumsIn(results));
    expect(Math.abs(value - number(results.loss))).toBeLessThan(1e-6 * Math.max(1, value));
  });
});

describe('sums of single images add up to those of the batch', () => {
  const mixed = (loss: Case['loss']) =>
    cases.find((entry) => entry.loss === loss && /second image/.test(entry.name)) as Case;

  test.each(['balancedBce', 'bce', 'dice'] as const)('%s', async (name) => {
    const entry = mixed(name);
    const loss = lossFor(entry);
    const [images, ...rest] = entry.shape as [number, ...number[]];
    const single = await programOf(loss, [1, ...rest]);
    const pixels = entry.logits.length / images;
    const added: Record<string, number> = {};
    for (let image = 0; image < images; image++) {
      const part = (values: number[]) =>
        float32([1, ...rest], values.slice(image * pixels, (image + 1) * pixels));
      const results = await single.run({
        logits: part(entry.logits),
        target: part(entry.targets),
      });
      for (const [key, sum] of Object.entries(sumsIn(results)))
        added[key] = (added[key] ?? 0) + sum;
    }
    // The value over a whole set is PyTorch's on the batch of all its images.
    expect(Math.abs(loss.value(added) - entry.value)).toBeLessThan(1e-5);
  });
});

test('no image at all: a mean over nothing is 0, not NaN', () => {
  const nothing = { positiveCost: 0, positives: 0, negativeCost: 0, negatives: 0 };
  expect(balancedBce(3).value(nothing)).toBe(0);
  expect(dice().value({ shared: 0, predicted: 0, present: 0 })).toBe(0);
});
