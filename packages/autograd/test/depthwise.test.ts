import {
  elementCount,
  float32,
  type Graph,
  GraphBuilder,
  lower,
  type Runtime,
  type Tensor,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
});
afterAll(() => runtime.close());

const blocked = (graph: Graph) =>
  graph.nodes.filter(({ operator, domain }) => operator === 'Conv' && domain !== '').length;

const wave = (shape: readonly number[], phase: number): Tensor =>
  float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(phase + i * i)),
  );

/** Runs a graph in plain form and in this machine's; both must agree. Gives the latter. */
async function agreed(graph: Graph): Promise<Graph> {
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, shape }, i) => [name, wave(shape as number[], i)]),
  );
  const forms = [lower(graph), lower(graph, runtime.target)] as const;
  const [plain, fast] = await Promise.all(
    forms.map(async (form) => (await (await runtime.load(form)).run(feeds)).y as Tensor),
  );
  expect(fast?.shape).toEqual(plain?.shape);
  const [expected, found] = [plain, fast].map((tensor) => tensor?.data as Float32Array);
  const size = expected?.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3) ?? 0;
  found?.forEach((value, i) => {
    expect(Math.abs(value - (expected?.[i] as number)) / size).toBeLessThan(1e-5);
  });
  return forms[1];
}

/** Channels that fill blocks, that fill them with all samples together, and that never do. */
const windows = fc
  .record({
    batch: fc.integer({ min: 1, max: 4 }),
    channels: fc.constantFrom(2, 5, 12, 16, 20, 32),
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    pads: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
    size: fc.tuple(fc.integer({ min: 9, max: 16 }), fc.integer({ min: 9, max: 16 })),
    bias: fc.boolean(),
  })
  .map((w) => {
    const attributes = {
      kernel_shape: w.kernel,
      strides: [w.stride, w.stride],
      dilations: [w.dilation, w.dilation],
      pads: w.pads,
      group: w.channels,
    };
    const output = w.size.map((side, axis) => {
      const padded = side + (w.pads[axis] as number) + (w.pads[axis + 2] as number);
      return (
        Math.floor((padded - w.dilation * ((w.kernel[axis] as number) - 1) - 1) / w.stride) + 1
      );
    });
    return {
      ...w,
      attributes,
      x: [w.batch, w.channels, ...w.size],
      weight: [w.channels, 1, ...w.kernel],
      y: [w.batch, w.channels, ...output],
    };
  });
const options = { seed: 1, numRuns: 40 };

test('a depthwise convolution gives what the plain node gives', async () => {
  await fc.assert(
    fc.asyncProperty(windows, async ({ x, weight, channels, bias, attributes }) => {
      const g = new GraphBuilder('conv');
      const inputs = [g.input('x', 'float32', x), g.input('weight', 'float32', weight)];
      if (bias) inputs.push(g.input('bias', 'float32', [channels]));
      g.output(g.apply('Conv', inputs, attributes), 'y');
      expect(blocked(await agreed(g.build()))).toBe(1);
    }),
    options,
  );
});

test('its weight gradient too', async () => {
  await fc.assert(
    fc.asyncProperty(windows, async ({ x, y, attributes }) => {
      const g = new GraphBuilder('weight gradient');
      const inputs = [g.input('x', 'float32', x), g.input('dy', 'float32', y)];
      g.output(g.apply('ConvWeightGradient', inputs, attributes, { domain: 'autograd' }), 'y');
      expect(blocked(await agreed(g.build()))).toBe(1);
    }),
    options,
  );
});

test('its input gradient too: a convolution for each phase, or the plain node', async () => {
  const forms = new Set<number>();
  await fc.assert(
    fc.asyncProperty(windows, async ({ y, weight, size, attributes }) => {
      const g = new GraphBuilder('input gradient');
      const inputs = [g.input('dy', 'float32', y), g.input('weight', 'float32', weight)];
      const given = { ...attributes, input_size: size };
      // Rows and columns that no window reached are more than a transposed convolution can add.
      const extra = size.map((side, axis) => {
        const reach =
          (attributes.dilations[0] as number) * ((attributes.kernel_shape[axis] as number) - 1);
        const pads = (attributes.pads[axis] as number) + (attributes.pads[axis + 2] as number);
        const stride = attributes.strides[0] as number;
        return side - (stride * ((y[axis + 2] as number) - 1) + reach + 1 - pads);
      });
      fc.pre(extra.every((rows) => rows < Math.max(attributes.strides[0] as number, 2)));
      g.output(g.apply('ConvInputGradient', inputs, given, { domain: 'autograd' }), 'y');
      forms.add(blocked(await agreed(g.build())));
    }),
    { ...options, numRuns: 60 },
  );
  expect([...forms]).toEqual(expect.arrayContaining([0, 1, 4]));
});

test.each([
  [2, 3, 1],
  [2, 5, 2],
  [3, 5, 1],
])('stride %i, kernel %i, pad %i: as many phases as it has pixels', async (stride, kernel, pad) => {
  const g = new GraphBuilder('mobile');
  const dy = g.input('dy', 'float32', [2, 24, 4, 5]);
  const weight = g.input('weight', 'float32', [24, 1, kernel, kernel]);
  const attributes = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: Array(4).fill(pad),
    group: 24,
    input_size: [4 * stride, 5 * stride],
  };
  g.output(g.apply('ConvInputGradient', [dy, weight], attributes, { domain: 'autograd' }), 'y');
  expect(blocked(await agreed(g.build()))).toBe(stride ** 2);
});
