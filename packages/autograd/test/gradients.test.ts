import {
  differentiate,
  float32,
  GraphBuilder,
  lower,
  type Program,
  type Runtime,
  type Tensor,
  type Value,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

/** One node of a random graph: an operator, and which of the values made so far it reads. */
interface Step {
  readonly kind: keyof typeof kinds;
  /** Counted back from the last value made: graphs grow deep. */
  readonly left: number;
  readonly right: number;
  readonly axis: number;
}

/**
 * Operators on matrices, each smooth, and bounded enough that eight in a row stay in a range where
 * float32 differences mean something.
 */
const kinds = {
  Tanh: (g: GraphBuilder, x: Value) => g.apply('Tanh', [x]),
  Sigmoid: (g: GraphBuilder, x: Value) => g.apply('Sigmoid', [x]),
  Softplus: (g: GraphBuilder, x: Value) => g.apply('Softplus', [x]),
  Neg: (g: GraphBuilder, x: Value) => g.apply('Neg', [x]),
  Exp: (g: GraphBuilder, x: Value) => g.apply('Exp', [g.apply('Tanh', [x])]),
  Log: (g: GraphBuilder, x: Value) => g.apply('Log', [above1(g, x)]),
  Sqrt: (g: GraphBuilder, x: Value) => g.apply('Sqrt', [above1(g, x)]),
  Reciprocal: (g: GraphBuilder, x: Value) => g.apply('Reciprocal', [above1(g, x)]),
  Pow: (g: GraphBuilder, x: Value, y: Value) =>
    g.apply('Pow', [above1(g, x), g.apply('Tanh', [broadcastable(g, x, y)])]),
  Add: (g: GraphBuilder, x: Value, y: Value) => g.apply('Add', [x, broadcastable(g, x, y)]),
  Sub: (g: GraphBuilder, x: Value, y: Value) => g.apply('Sub', [x, broadcastable(g, x, y)]),
  Mul: (g: GraphBuilder, x: Value, y: Value) => g.apply('Mul', [x, broadcastable(g, x, y)]),
  Div: (g: GraphBuilder, x: Value, y: Value) =>
    g.apply('Div', [x, above1(g, broadcastable(g, x, y))]),
  MatMul: (g: GraphBuilder, x: Value, y: Value) => g.apply('MatMul', [x, multiplicable(g, x, y)]),
  Gemm: (g: GraphBuilder, x: Value, y: Value) =>
    g.apply('Gemm', [x, multiplicable(g, x, y)], { alpha: 0.5 }),
  ReduceSum: (g: GraphBuilder, x: Value, _: Value, axis: number) =>
    g.apply('ReduceSum', [x, g.ints([axis])]),
  ReduceMean: (g: GraphBuilder, x: Value, _: Value, axis: number) =>
    g.apply('ReduceMean', [x], { axes: [axis] }),
  ReduceSumSquare: (g: GraphBuilder, x: Value, _: Value, axis: number) =>
    g.apply('ReduceSumSquare', [x], { axes: [axis] }),
  Softmax: (g: GraphBuilder, x: Value, _: Value, axis: number) => g.apply('Softmax', [x], { axis }),
  LogSoftmax: (g: GraphBuilder, x: Value, _: Value, axis: number) =>
    g.apply('LogSoftmax', [x], { axis }),
  Transpose: (g: GraphBuilder, x: Value) => transposed(g, x),
  Concat: (g: GraphBuilder, x: Value, y: Value, axis: number) =>
    g.apply('Concat', [x, x.shape[1 - axis] === y.shape[1 - axis] ? y : x], { axis }),
} as const;

/** 1 + softplus(x). */
function above1(g: GraphBuilder, x: Value): Value {
  return g.apply('Add', [g.apply('Softplus', [x]), g.scalar(1)]);
}

function transposed(g: GraphBuilder, x: Value): Value {
  return g.apply('Transpose', [x], { perm: [1, 0] });
}

/** y, or its mean over what does not fit x. */
function broadcastable(g: GraphBuilder, x: Value, y: Value): Value {
  const axes = [0, 1].filter((axis) => {
    const [p, q] = [x.shape[axis], y.shape[axis]];
    return p !== q && p !== 1 && q !== 1;
  });
  return axes.length === 0 ? y : g.apply('ReduceMean', [y], { axes });
}

/** y, y transposed, or x transposed: the first that x can be multiplied with. */
function multiplicable(g: GraphBuilder, x: Value, y: Value): Value {
  if (x.shape[1] === y.shape[0]) return y;
  return transposed(g, x.shape[1] === y.shape[1] ? y : x);
}

/** Numbers from -1 to 1 that follow no pattern. */
const wave = (length: number, seed: number) =>
  Array.from({ length }, (_, i) => Math.sin(1 + 12.9898 * seed + 78.233 * i));

interface Problem {
  readonly program: Program;
  readonly leaves: readonly Value[];
}

/** y, and for each leaf x the gradient `d x` of sum(weights y). */
async function problem(shapes: readonly (readonly number[])[], steps: readonly Step[]) {
  const g = new GraphBuilder('random');
  const leaves = shapes.map((shape, i) => g.input(`x${i}`, 'float32', shape));
  const values = [...leaves];
  for (const { kind, left, right, axis } of steps) {
    const pick = (back: number) => values.at(-1 - (back % values.length)) as Value;
    values.push(kinds[kind](g, pick(left), pick(right), axis));
  }
  const y = values.at(-1) as Value;
  const count = y.shape.reduce((a, b) => a * b, 1);
  const weights = wave(count, 5);
  const weighted = g.apply('Mul', [y, g.constant(float32(y.shape, weights))]);
  const loss = g.apply('ReduceSum', [weighted], { keepdims: 0 });
  const gradients = differentiate(g, loss, leaves);
  g.output(y, 'y');
  for (const [i, gradient] of gradients.entries()) g.output(gradient, `d x${i}`);
  return { program: await runtime.load(lower(g.build())), leaves, weights };
}

function feedsAt({ leaves }: Pick<Problem, 'leaves'>, along: number): Record<string, Tensor> {
  return Object.fromEntries(
    leaves.map(({ name, shape }, i) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const direction = wave(count, 100 + i);
      const start = wave(count, i);
      return [
        name,
        float32(
          shape,
          start.map((v, k) => v + along * (direction[k] as number)),
        ),
      ];
    }),
  );
}

describe('random graphs', () => {
  const size = fc.integer({ min: 1, max: 3 });
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom(...(Object.keys(kinds) as Step['kind'][])),
    left: fc.nat(2),
    right: fc.nat(9),
    axis: fc.nat(1),
  });

  test('the gradient along a direction is the central difference', async () => {
    const used = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(size, size), { minLength: 2, maxLength: 3 }),
        fc.array(step, { minLength: 5, maxLength: 8 }),
        async (shapes, steps) => {
          const made = await problem(shapes, steps);
          const { program, leaves, weights } = made;
          const lossAt = async (along: number) => {
            const { y } = await program.run(feedsAt(made, along));
            return weights.reduce((sum, w, k) => sum + w * Number(y?.data[k]), 0);
          };
          const results = await program.run(feedsAt(made, 0));
          let [analytic, size] = [0, 0];
          for (const [i, { name }] of leaves.entries()) {
            const gradient = results[`d ${name}`] as Tensor;
            expect(gradient.shape).toEqual(leaves[i]?.shape);
            const direction = wave(gradient.data.length, 100 + i);
            direction.forEach((d, k) => {
              analytic += d * Number(gradient.data[k]);
              size += Math.abs(d * Number(gradient.data[k]));
            });
          }
          if (size > 0) for (const { kind } of steps) used.add(kind);
          const central = async (step: number) =>
            ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
          // Richardson's extrapolation: the error of a step h is then of the order h^4.
          const numeric = (4 * (await central(2 ** -6)) - (await central(2 ** -5))) / 3;
          const results0 = results.y?.data as Float32Array;
          const magnitude = results0.reduce((sum, v) => sum + Math.abs(v), 0);
          expect(Math.abs(numeric - analytic)).toBeLessThan(1e-3 * size + 5e-5 * magnitude + 1e-5);
        },
      ),
      { seed: 1, numRuns: 150 },
    );
    expect([...Object.keys(kinds)].filter((kind) => !used.has(kind))).toEqual([]);
  });
});

describe('gradients of reductions', () => {
  const reductions = ['ReduceMax', 'ReduceMean', 'ReduceSumSquare'] as const;

  /** Gradient of the sum of what the operator gives for x of this shape. */
  async function gradientOf(operator: string, shape: number[], axes: number[]) {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', shape);
    const y = g.apply(operator, [x], { axes, keepdims: 0 });
    const [gradient] = differentiate(g, g.apply('ReduceSum', [y], { keepdims: 0 }), [x]);
    g.output(gradient as Value, 'gradient');
    const count = shape.reduce((a, b) => a * b, 1);
    const program = await runtime.load(g.build());
    const results = await program.run({ x: float32(shape, wave(count, 1)) });
    return Array.from(results.gradient?.data as Float32Array);
  }

  test.each(reductions)(
    '%s along an axis of size 1 keeps every element apart',
    async (operator) => {
      const expected = wave(6, 1).map((v) => (operator === 'ReduceSumSquare' ? 2 * v : 1));
      const gradient = await gradientOf(operator, [2, 1, 3], [1]);
      gradient.forEach((v, i) => {
        expect(v).toBeCloseTo(expected[i] as number, 6);
      });
    },
  );

  test.each(reductions)('%s along one axis named twice reduces it once', async (operator) => {
    const once = await gradientOf(operator, [2, 3], [1]);
    expect(await gradientOf(operator, [2, 3], [1, -1])).toEqual(once);
  });
});
