import { type Graph, GraphBuilder, receptiveField, type Value } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, expect, test } from 'vitest';

let runtime: Awaited<ReturnType<typeof createNodeRuntime>>;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const side = 64;

function graph(build: (g: GraphBuilder, image: Value) => Value): Graph {
  const g = new GraphBuilder('network');
  g.output(build(g, g.input('image', 'float32', [1, 1, side, side])), 'map');
  return g.build();
}

/** A weight of ones: with an image above 0 everything a pixel can reach, it does. */
const ones = (g: GraphBuilder, ...shape: number[]) =>
  g.constant({
    type: 'float32',
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1),
  });

const conv = (
  g: GraphBuilder,
  x: Value,
  kernel: number,
  { pad = (kernel - 1) / 2, stride = 1, dilation = 1 } = {},
) =>
  g.apply('Conv', [x, ones(g, 1, 1, kernel, kernel)], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    pads: [pad, pad, pad, pad],
  });

const pool = (g: GraphBuilder, x: Value, operator = 'MaxPool', kernel = 2, pad = 0) =>
  g.apply(operator, [x], {
    kernel_shape: [kernel, kernel],
    strides: [2, 2],
    pads: [pad, pad, pad, pad],
  });

const up = (g: GraphBuilder, x: Value, kernel: number, stride: number) => {
  const pad = (kernel - stride) / 2;
  return g.apply('ConvTranspose', [x, ones(g, 1, 1, kernel, kernel)], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
  });
};

const twice = (g: GraphBuilder, x: Value, mode: string, coordinates: string) =>
  g.apply(
    'Resize',
    [x, undefined, g.constant({ type: 'float32', shape: [4], data: Float32Array.of(1, 1, 2, 2) })],
    { mode, coordinate_transformation_mode: coordinates },
  );

const networks: Record<string, [build: (g: GraphBuilder, x: Value) => Value, stride: number]> = {
  'a convolution': [(g, x) => conv(g, x, 5), 1],
  'a dilated convolution': [(g, x) => conv(g, x, 3, { dilation: 4, pad: 4 }), 1],
  'a convolution off its middle': [
    (g, x) =>
      g.apply('Conv', [x, ones(g, 1, 1, 3, 3)], { kernel_shape: [3, 3], pads: [2, 2, 0, 0] }),
    1,
  ],
  'pooling and its transposed convolution': [(g, x) => up(g, pool(g, conv(g, x, 3)), 4, 2), 2],
  'overlapping pools, a stride of four back at once': [
    (g, x) => up(g, pool(g, pool(g, x, 'AveragePool', 3, 1), 'MaxPool', 3, 1), 4, 4),
    4,
  ],
  'a strided convolution, resized to the nearest': [
    (g, x) => twice(g, conv(g, x, 3, { stride: 2, pad: 1 }), 'nearest', 'asymmetric'),
    2,
  ],
  'linear resizing': [(g, x) => twice(g, pool(g, x), 'linear', 'half_pixel'), 2],
  'a U with a skip and a residual': [
    (g, x) => {
      const skip = g.apply('Relu', [conv(g, x, 3)]);
      const deep = up(g, conv(g, pool(g, skip), 3), 4, 2);
      const joined = g.apply('Concat', [g.apply('Add', [deep, skip]), skip], { axis: 1 });
      const head = g.apply('Conv', [joined, ones(g, 1, 2, 1, 1)], { kernel_shape: [1, 1] });
      return g.apply('Sigmoid', [g.apply('Mul', [head, g.scalar(1e-6)])]);
    },
    2,
  ],
};

test.each(Object.entries(networks))(
  '%s: what a moved number changes',
  async (_, [build, stride]) => {
    const network = graph(build);
    const field = receptiveField(network);
    expect(field?.stride).toBe(stride);
    const radius = field?.radius as number;
    const program = await runtime.load(network);
    const run = async (data: Float32Array) => {
      const { map } = await program.run({
        image: { type: 'float32', shape: [1, 1, side, side], data },
      });
      expect(map?.shape).toEqual([1, 1, side, side]);
      return map?.data as Float32Array;
    };
    const plain = await run(new Float32Array(side * side).fill(1));
    let furthest = 0;
    for (let phase = 0; phase < stride; phase++) {
      const [row, column] = [24 + phase, 28 + phase];
      const image = new Float32Array(side * side).fill(1);
      image[row * side + column] = 1000;
      (await run(image)).forEach((value, p) => {
        if (value === plain[p]) return;
        const [y, x] = [Math.floor(p / side), p % side];
        furthest = Math.max(furthest, Math.abs(y - row), Math.abs(x - column));
      });
    }
    expect(furthest).toBeLessThanOrEqual(radius);
    expect(furthest).toBeGreaterThan(radius - Math.max(stride, 1) - 1e-9);
  },
);

const unbounded: Record<string, (g: GraphBuilder, x: Value) => Value> = {
  'global pooling': (g, x) => g.apply('Mul', [x, g.apply('GlobalAveragePool', [x])]),
  'a map of constants': (g, x) => g.apply('Add', [x, ones(g, 1, 1, side, side)]),
  'channels that are constant': (g, x) =>
    g.apply('Concat', [x, ones(g, 1, 1, side, side)], { axis: 1 }),
  'softmax along rows': (g, x) => g.apply('Softmax', [x], { axis: 3 }),
  'aligned corners': (g, x) => twice(g, pool(g, x), 'linear', 'align_corners'),
  'half the size': (g, x) => pool(g, x),
  'another scale': (g, x) => conv(g, x, 3, { stride: 3, pad: 0 }),
  'turned axes': (g, x) => g.apply('Transpose', [x], { perm: [0, 1, 3, 2] }),
};

test.each(Object.entries(unbounded))('%s: not known', (_, build) => {
  expect(receptiveField(graph(build))).toBeUndefined();
});

test('what does not depend on the image does not count', () => {
  const known = graph((g, x) => {
    const factor = g.apply('ReduceMean', [ones(g, 1, 1, 8, 8)], { axes: [2, 3] });
    return g.apply('Mul', [conv(g, x, 3), factor]);
  });
  expect(receptiveField(known)).toEqual({ radius: 1, stride: 1 });
});
