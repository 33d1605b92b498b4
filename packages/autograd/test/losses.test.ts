import { readFileSync } from 'node:fs';
import {
  balancedBce,
  bce,
  countTruth,
  dice,
  diceBce,
  differentiate,
  float32,
  focal,
  GraphBuilder,
  type Loss,
  lossOf,
  lower,
  type Runtime,
  type SummedLoss,
  scalar,
  type Tensor,
  type Tensors,
  tversky,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Case {
  name: string;
  loss: keyof typeof losses;
  options: Readonly<Record<string, number>>;
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
  diceBce: () => diceBce(),
  focal: ({ gamma, alpha }: Case['options']) =>
    focal({ gamma: gamma as number, alpha: alpha as number }),
  tversky: ({ alpha, beta }: Case['options']) =>
    tversky({ alpha: alpha as number, beta: beta as number }),
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

  test.each(['balancedBce', 'bce', 'dice', 'diceBce', 'focal', 'tversky'] as const)(
    '%s',
    async (name) => {
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
    },
  );
});

describe('with the divisors of the whole batch, losses and gradients of single images add up to its own', () => {
  const summed = ['balancedBce', 'diceBce', 'focal', 'tversky'];
  const found = cases.filter(({ loss }) => summed.includes(loss));
  test.each(found)('$name', async (entry) => {
    const loss = lossFor(entry) as SummedLoss;
    const [images, ...rest] = entry.shape as [number, ...number[]];
    const g = new GraphBuilder('part');
    const logits = g.input('logits', 'float32', [1, ...rest]);
    const target = g.input('target', 'float32', [1, ...rest]);
    const fed = loss.divisors.map((name) => [name, g.input(name, 'float32', [])]);
    const value = loss.combine(g, { ...loss.sums(g, logits, target), ...Object.fromEntries(fed) });
    const [gradient] = differentiate(g, value, [logits]);
    g.output(value, 'loss');
    g.output(gradient as typeof logits, 'gradient');
    const program = await runtime.load(lower(g.build()));
    const counts = countTruth(entry.targets, images);
    const divisors = Object.fromEntries(loss.divisors.map((name) => [name, scalar(counts[name])]));
    const pixels = entry.logits.length / images;
    const size = Math.max(1e-3, ...entry.gradient.map(Math.abs));
    let sum = 0;
    for (let image = 0; image < images; image++) {
      const part = (values: number[]) =>
        float32([1, ...rest], values.slice(image * pixels, (image + 1) * pixels));
      const results = await program.run({
        logits: part(entry.logits),
        target: part(entry.targets),
        ...divisors,
      });
      sum += number(results.loss);
      const gradients = results.gradient?.data as Float32Array;
      gradients.forEach((value, i) => {
        const expected = entry.gradient[image * pixels + i] as number;
        expect(Math.abs(value - expected) / size).toBeLessThan(2e-6);
      });
    }
    expect(Math.abs(sum - entry.value) / Math.max(1, entry.value)).toBeLessThan(1e-6);
  });
});

test('counts of a truth are those of the graph', async () => {
  const target = [0, 1, 255, 1, 255, 255, 255, 255, 0, 0, 0, 0];
  const counts = countTruth(target, 3);
  expect(counts).toEqual({ positives: 2, negatives: 5, pixels: 7, images: 2 });
  for (const loss of [balancedBce(3), diceBce(), tversky({ alpha: 1, beta: 1 })] as Loss[]) {
    const program = await programOf(loss, [3, 1, 2, 2]);
    const sums = sumsIn(
      await program.run({
        logits: float32([3, 1, 2, 2], target),
        target: float32([3, 1, 2, 2], target),
      }),
    );
    for (const name of (loss as SummedLoss).divisors) expect(sums[name]).toBe(counts[name]);
  }
});

test('no image at all: a mean over nothing is 0, not NaN', () => {
  const nothing = { positiveCost: 0, positives: 0, negativeCost: 0, negatives: 0 };
  expect(balancedBce(3).value(nothing)).toBe(0);
  expect(dice().value({ shared: 0, predicted: 0, present: 0 })).toBe(0);
});
