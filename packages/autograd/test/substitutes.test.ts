import {
  differentiate,
  float32,
  type Graph,
  GraphBuilder,
  lower,
  plainTarget,
  type Runtime,
  type Tensor,
  type Value,
  webgpuTarget,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// What takes the place of operators a device lacks is made of operators every provider has: on the
// processor both forms run, and have to agree.

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const elements = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const wave = (shape: readonly number[]) =>
  float32(
    shape,
    Array.from({ length: elements(shape) }, (_, i) => Math.sin(1 + 7 * i)),
  );

/** The outputs of a graph on input x, as it is lowered for each of two targets. */
async function bothForms(graph: Graph, x: Tensor) {
  const run = async (lowered: Graph) => {
    const outputs = await (await runtime.load(lowered)).run({ x });
    // -0 + 0 is 0: the two zeros are one result.
    return Object.values(outputs).map(({ data }) => (data as Float32Array).map((v) => v + 0));
  };
  const [plain, other] = [lower(graph, plainTarget), lower(graph, webgpuTarget)];
  return {
    operators: new Set(other.nodes.map(({ operator }) => operator)),
    plain: await run(plain),
    other: await run(other),
  };
}

function graphOf(
  shape: readonly number[],
  build: (g: GraphBuilder, x: Value) => readonly Value[],
): Graph {
  const g = new GraphBuilder('test');
  build(g, g.input('x', 'float32', shape)).forEach((value, i) => {
    g.output(value, `y${i}`);
  });
  return g.build();
}

/** The gradient of sum(w y) for y a pooling of x, with w that tells the windows apart. */
const poolGradient = (attributes: Record<string, number[]>) => (g: GraphBuilder, x: Value) => {
  const y = g.apply('MaxPool', [x], attributes);
  const weighted = g.apply('Mul', [y, g.constant(wave(y.shape))]);
  return differentiate(g, g.apply('ReduceSum', [weighted], { keepdims: 0 }), [x]);
};

describe('the gradient of a max-pool without the indices', () => {
  const tiles = { kernel_shape: [2, 2], strides: [2, 2] };

  test('one place of each window takes the gradient whole', async () => {
    const graph = graphOf([2, 3, 6, 8], poolGradient(tiles));
    const { operators, plain, other } = await bothForms(graph, wave([2, 3, 6, 8]));
    expect(operators).not.toContain('MaxUnpool');
    expect(other).toEqual(plain);
  });

  test('at a tie the first place in row order, however many are equal', async () => {
    // All 81 windows of values 0, 1, 2: every tie there is.
    const windows = Array.from({ length: 81 }, (_, i) =>
      [27, 9, 3, 1].map((divisor) => Math.floor(i / divisor) % 3),
    );
    const rows = [0, 2].map((at) => windows.flatMap((window) => window.slice(at, at + 2)));
    const shape = [1, 1, 2, 162];
    const { plain, other } = await bothForms(
      graphOf(shape, poolGradient(tiles)),
      float32(shape, rows.flat()),
    );
    expect(other).toEqual(plain);
    const [gradient] = other as [Float32Array];
    for (let i = 0; i < 81; i++) {
      const at = [2 * i, 2 * i + 1, 162 + 2 * i, 163 + 2 * i];
      const [window] = windows.slice(i, i + 1) as [number[]];
      const first = window.indexOf(Math.max(...window));
      expect(at.map((place) => gradient[place] !== 0)).toEqual(
        at.map((_, place) => place === first),
      );
    }
  });

  test('windows of 3 x 3 in tiles', async () => {
    const graph = graphOf([1, 2, 6, 9], poolGradient({ kernel_shape: [3, 3], strides: [3, 3] }));
    const { operators, plain, other } = await bothForms(graph, wave([1, 2, 6, 9]));
    expect(operators).not.toContain('MaxUnpool');
    expect(other).toEqual(plain);
  });

  test.each([
    ['overlap', [1, 2, 5, 5], { kernel_shape: [3, 3], strides: [1, 1] }],
    ['leave a rest', [1, 2, 5, 5], tiles],
    ['are padded', [1, 2, 6, 6], { ...tiles, pads: [1, 1, 1, 1] }],
  ])('windows that %s keep the form with indices', async (_, shape, attributes) => {
    const { plain, other } = await bothForms(graphOf(shape, poolGradient(attributes)), wave(shape));
    expect(other).toEqual(plain);
  });
});

describe('operators in place of others', () => {
  test('the sign of anything but a denormal number is exact', async () => {
    const x = float32([6], [0, 1e-37, -1e-37, 3, -1e30, 3e38]);
    const graph = graphOf([6], (g, v) => [g.apply('Sign', [v])]);
    const { operators, other } = await bothForms(graph, x);
    expect(operators).not.toContain('Sign');
    expect(Array.from(other[0] as Float32Array)).toEqual([0, 1, -1, 1, -1, 1]);
  });

  test('blocks to channels, and a vector in many parts', async () => {
    const blocks = graphOf([2, 3, 4, 6], (g, v) => [
      g.apply('SpaceToDepth', [v], { blocksize: 2 }),
      ...g.applyAll('Split', [v, g.ints([1, 2])], { axis: 1 }),
      ...g.applyAll('Split', [g.apply('Reshape', [v, g.ints([-1])]), g.ints([100, 40, 4])], {
        axis: -1,
      }),
    ]);
    const { operators, plain, other } = await bothForms(blocks, wave([2, 3, 4, 6]));
    expect([...operators].filter((name) => /Split|SpaceToDepth/.test(name))).toEqual([]);
    expect(other).toEqual(plain);
  });

  test('products with transposed sides', async () => {
    const graph = graphOf([2, 3, 3], (g, v) =>
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ].map(([transA = 0, transB = 0]) =>
        g.apply('FusedMatMul', [v, v], { transA, transB }, { domain: 'com.microsoft' }),
      ),
    );
    const { operators, plain, other } = await bothForms(graph, wave([2, 3, 3]));
    expect(operators).not.toContain('FusedMatMul');
    expect(other.map(String)).toEqual(plain.map(String));
  });

  test.each(['ReduceSum', 'ReduceMean', 'ReduceSumSquare'])('%s in two stages', async (name) => {
    const axesOf = [[0, 2, 3], [2, 3], [3], [0, 1], [-1, 0], undefined];
    const graph = graphOf([2, 3, 4, 5], (g, v) =>
      axesOf.flatMap((axes) =>
        [0, 1].map((keepdims) =>
          name === 'ReduceSum'
            ? g.apply(name, [v, axes && g.ints(axes)], { keepdims })
            : g.apply(name, [v], { ...(axes && { axes }), keepdims }),
        ),
      ),
    );
    const { plain, other } = await bothForms(graph, wave([2, 3, 4, 5]));
    expect(other.map((values) => values.length)).toEqual(plain.map((values) => values.length));
    for (const [i, values] of other.entries())
      for (const [j, value] of values.entries())
        expect(value).toBeCloseTo(plain[i]?.[j] as number, 5);
    const twice = lower(graph, webgpuTarget).nodes.filter(({ operator }) =>
      /^Reduce/.test(operator),
    );
    // Four of the six reduce the last axis and others; each has two forms of the result, one first stage.
    expect(twice).toHaveLength(6 * 2 + 1);
  });
});
