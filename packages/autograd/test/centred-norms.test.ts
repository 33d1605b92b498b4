import {
  differentiate,
  float32,
  GraphBuilder,
  lower,
  plainTarget,
  type Runtime,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, expect, test } from 'vitest';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const [side, epsilon, scale] = [16, 1e-5, 1.5];
const count = side * side;
const wave = (phase: number) => Array.from({ length: count }, (_, i) => Math.sin(phase + 7 * i));
/** Of dy. */
const ways = wave(1);

/** Result, input gradient and running variance of one channel in training. */
async function normalise(x: readonly number[], centredNorms: boolean) {
  const g = new GraphBuilder('norm');
  const value = g.input('x', 'float32', [1, 1, side, side]);
  const numbers = [scale, 0.5, 0, 1].map((number, i) =>
    g.parameter(`${i}`, float32([1], [number])),
  );
  const [y, , variance] = g.applyAll('BatchNormalization', [value, ...numbers], {
    epsilon,
    momentum: 0,
    training_mode: 1,
  });
  const dy = g.constant(float32([1, 1, side, side], ways));
  if (y === undefined || variance === undefined) throw new RangeError('a norm without results');
  const loss = g.apply('ReduceSum', [g.apply('Mul', [y, dy])], { keepdims: 0 });
  const [dx] = differentiate(g, loss, [value]);
  g.output(y, 'y');
  g.output(dx as typeof y, 'dx');
  g.output(variance, 'variance');
  const program = await runtime.load(lower(g.build(), plainTarget, { centredNorms }));
  const results = await program.run({ x: float32([1, 1, side, side], x) });
  const of = (name: string) => Array.from(results[name]?.data as Float32Array);
  return { y: of('y'), dx: of('dx'), variance: of('variance')[0] as number };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The gradient of the input by its formula, in float64. */
function expectedGradient(x: readonly number[]): number[] {
  const centre = mean(x);
  const r = 1 / Math.sqrt(mean(x.map((v) => (v - centre) ** 2)) + epsilon);
  const normal = x.map((v) => (v - centre) * r);
  const along = mean(ways.map((w, i) => w * (normal[i] as number)));
  return ways.map((w, i) => scale * r * (w - mean(ways) - (normal[i] as number) * along));
}

function relativeError(found: readonly number[], expected: readonly number[]): number {
  const off = found.map((v, i) => v - (expected[i] as number));
  return Math.hypot(...off) / Math.hypot(...expected);
}

test('a mean of seventy deviations costs the centred form no digits', async () => {
  // What float32 holds of x, so that its rounding is no part of the difference.
  const x = wave(0).map((v) => Math.fround(50 + v));
  const [centred, summed] = [await normalise(x, true), await normalise(x, false)];
  expect(relativeError(centred.dx, expectedGradient(x))).toBeLessThan(1e-5);
  expect(relativeError(summed.dx, expectedGradient(x))).toBeGreaterThan(1e-4);
  expect(centred.variance).toBeCloseTo(mean(x.map((v) => (v - mean(x)) ** 2)), 5);
});

test('with a mean near 0 both give the same', async () => {
  const x = wave(0).map(Math.fround);
  const [centred, summed] = [await normalise(x, true), await normalise(x, false)];
  expect(relativeError(centred.y, summed.y)).toBeLessThan(1e-6);
  expect(relativeError(centred.dx, summed.dx)).toBeLessThan(1e-5);
});

test.each([true, false])('squares that overflow are no zeros (centred: %s)', async (centred) => {
  const { y, dx } = await normalise(
    wave(0).map((v) => 1e25 * v),
    centred,
  );
  expect(y.every(Number.isNaN)).toBe(true);
  expect(dx.some(Number.isFinite)).toBe(false);
});
