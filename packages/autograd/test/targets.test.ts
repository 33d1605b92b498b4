import {
  elementCount,
  float32,
  type Graph,
  GraphBuilder,
  lower,
  plainTarget,
  type Runtime,
  type Tensor,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const blocks = (graph: Graph) =>
  graph.nodes.filter((node) => node.domain === 'com.microsoft.nchwc' && node.operator === 'Conv')
    .length;

const wave = (shape: readonly number[], phase: number): Tensor =>
  float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(phase + i * i)),
  );

describe('channel blocks', () => {
  let runtime: Runtime;
  let block: number;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 2 });
    block = runtime.target.channelBlock ?? 8;
  });
  afterAll(() => runtime.close());

  /** Runs a graph in plain and in blocked form; both must agree. Gives the blocked one. */
  async function agreed(graph: Graph): Promise<Graph> {
    const feeds = Object.fromEntries(
      graph.inputs.map(({ name, shape }, i) => [name, wave(shape as number[], i)]),
    );
    const [plain, blocked] = [lower(graph), lower(graph, runtime.target)];
    const [expected, found] = await Promise.all(
      [plain, blocked].map(async (form) => (await runtime.load(form)).run(feeds)),
    );
    for (const { name } of graph.outputs) {
      expect(found?.[name]?.shape).toEqual(expected?.[name]?.shape);
      const values = expected?.[name]?.data as Float32Array;
      const difference = values.map((value, i) => value - Number(found?.[name]?.data[i]));
      const largest = (data: Float32Array) =>
        data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest(difference) / largest(values), name).toBeLessThan(1e-5);
    }
    return blocked;
  }

  test.runIf(process.arch === 'x64')(
    'this processor has them: AVX2 in blocks of 8 channels, AVX-512 of 16',
    () => {
      expect([8, 16]).toContain(runtime.target.channelBlock);
    },
  );

  const window = fc.record({
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    pad: fc.integer({ min: 0, max: 2 }),
    batch: fc.integer({ min: 1, max: 3 }),
    inputs: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 5, max: 12 }),
    width: fc.integer({ min: 5, max: 12 }),
    bias: fc.boolean(),
  });
  const square = (n: number) => [n, n];

  test('a convolution gives what the plain node gives, for any window, batch, size and bias', async () => {
    await fc.assert(
      fc.asyncProperty(window, fc.boolean(), async (w, few) => {
        const g = new GraphBuilder('conv');
        const channels = few ? w.inputs : w.inputs * block;
        const x = g.input('x', 'float32', [w.batch, channels, w.height, w.width]);
        const weight = g.input('weight', 'float32', [
          w.outputs * block,
          channels,
          ...square(w.kernel),
        ]);
        const bias = w.bias ? g.input('bias', 'float32', [w.outputs * block]) : undefined;
        g.output(
          g.apply('Conv', [x, weight, bias], {
            kernel_shape: square(w.kernel),
            strides: square(w.stride),
            pads: Array(4).fill(w.pad),
          }),
          'y',
        );
        expect(blocks(await agreed(g.build()))).toBe(1);
      }),
      { numRuns: 50 },
    );
  });

  test('an input gradient too', async () => {
    await fc.assert(
      fc.asyncProperty(window, async (w) => {
        const g = new GraphBuilder('gradient');
        const pad = Math.min(w.pad, w.kernel - 1);
        const size = [w.height, w.width].map((s) => s - w.kernel + 1 + 2 * pad);
        const dy = g.input('dy', 'float32', [w.batch, w.outputs * block, ...size]);
        const shape = [w.outputs * block, w.inputs * block, ...square(w.kernel)];
        const weight = g.input('weight', 'float32', shape);
        g.output(
          g.apply(
            'ConvInputGradient',
            [dy, weight],
            {
              kernel_shape: square(w.kernel),
              pads: Array(4).fill(pad),
              input_size: [w.height, w.width],
            },
            { domain: 'autograd' },
          ),
          'dx',
        );
        expect(blocks(await agreed(g.build()))).toBe(1);
      }),
      { numRuns: 30 },
    );
  });

  test('a transposed convolution that multiplies the size is as many convolutions as it has phases', async () => {
    await fc.assert(
      fc.asyncProperty(window, fc.integer({ min: 1, max: 2 }), async (w, taps) => {
        const g = new GraphBuilder('up');
        const kernel = w.stride * taps;
        const cut = kernel - w.stride;
        // Cut off unevenly where it does not divide by 2.
        const before = Math.floor(cut / 2);
        const x = g.input('x', 'float32', [w.batch, w.inputs * block, w.height, w.width]);
        const shape = [w.inputs * block, w.outputs * block, ...square(kernel)];
        const weight = g.input('weight', 'float32', shape);
        const bias = w.bias ? g.input('bias', 'float32', [w.outputs * block]) : undefined;
        g.output(
          g.apply('ConvTranspose', [x, weight, bias], {
            kernel_shape: square(kernel),
            strides: square(w.stride),
            pads: [before, before, cut - before, cut - before],
          }),
          'y',
        );
        expect(blocks(await agreed(g.build()))).toBe(w.stride * w.stride);
      }),
      { numRuns: 40 },
    );
  });

  // Shapes large enough for the transforms to pay.
  test.each([
    ['a 5 x 5 convolution', 64, 64, 5, 40, 44],
    ['of uneven widths', 64, 80, 5, 44, 41],
    ['a 3 x 3 convolution', 144, 144, 3, 96, 100],
  ])(
    '%s has fewer multiplications: k + 3 rows of taps for four rows of results',
    async (_, inputs, outputs, k, height, width) => {
      const pad = (k - 1) / 2;
      const same = { kernel_shape: square(k), pads: Array(4).fill(pad) };
      for (const direction of ['forward', 'gradient'] as const) {
        const g = new GraphBuilder(direction);
        const channels = direction === 'forward' ? inputs : outputs;
        const x = g.input('x', 'float32', [1, channels, height, width]);
        const weight = g.input('weight', 'float32', [outputs, inputs, ...square(k)]);
        const bias = g.input('bias', 'float32', [outputs]);
        g.output(
          direction === 'forward'
            ? g.apply('Conv', [x, weight, bias], same)
            : g.apply(
                'ConvInputGradient',
                [x, weight],
                { ...same, input_size: [height, width] },
                { domain: 'autograd' },
              ),
          'y',
        );
        const form = await agreed(g.build());
        // As many for the transform as for the products.
        expect(blocks(form)).toBe(2 * (k + 3));
      }
    },
  );

  test.each([
    [128, 64, 5, [1, 2]],
    [192, 176, 3, [1, 1]],
    [128, 128, 5, [2, 0]],
  ])(
    'a weight gradient of %i and %i channels too, %i rows of taps',
    async (inputs, outputs, k, [above, left]) => {
      const g = new GraphBuilder('weight gradient');
      const [rows, columns] = [12, 19];
      const pads = [above as number, left as number, k - 1 - (above as number), 1];
      const x = g.input('x', 'float32', [2, inputs, rows, columns]);
      const wide = columns + (left as number) + 1 - k + 1;
      const dy = g.input('dy', 'float32', [2, outputs, rows, wide]);
      const window = { kernel_shape: square(k), pads };
      g.output(g.apply('ConvWeightGradient', [x, dy], window, { domain: 'autograd' }), 'dw');
      // Each product has its rows of x and its rows of dy.
      expect(blocks(await agreed(g.build()))).toBe(2 * (k + 3));
    },
  );

  test('rows that are no multiple of four have the plain sum', async () => {
    const g = new GraphBuilder('rows');
    const x = g.input('x', 'float32', [1, 64, 42, 44]);
    const weight = g.input('weight', 'float32', [64, 64, 5, 5]);
    g.output(g.apply('Conv', [x, weight], { pads: [2, 2, 2, 2] }), 'y');
    expect(blocks(await agreed(g.build()))).toBe(1);
  });

  test('what follows stays in blocks: one copy in, one out', async () => {
    const g = new GraphBuilder('chain');
    const x = g.input('x', 'float32', [2, block, 8, 8]);
    const weight = g.input('weight', 'float32', [block, block, 3, 3]);
    const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
    const skip = g.apply('Relu', [g.apply('Conv', [x, weight], same)]);
    const pooled = g.apply('MaxPool', [skip], { kernel_shape: [2, 2], strides: [2, 2] });
    const up = g.input('up', 'float32', [block, block, 2, 2]);
    const back = g.apply('ConvTranspose', [pooled, up], { strides: [2, 2] });
    const both = g.apply('Concat', [back, skip], { axis: 1 });
    const last = g.input('last', 'float32', [block, 2 * block, 3, 3]);
    g.output(g.apply('Conv', [both, last], same), 'y');
    const { nodes } = await agreed(g.build());
    const count = (operator: string, input?: string) =>
      nodes.filter((n) => n.operator === operator && (!input || n.inputs[0] === input)).length;
    // The activation is part of the convolution.
    expect([count('Relu'), count('ReorderInput', 'x'), count('ReorderOutput')]).toEqual([0, 1, 1]);
  });

  test('a convolution read before its activation, too, stays as it is', async () => {
    const g = new GraphBuilder('read twice');
    const x = g.input('x', 'float32', [1, block, 6, 6]);
    const weight = g.input('weight', 'float32', [block, block, 3, 3]);
    const conv = g.apply('Conv', [x, weight]);
    g.output(conv, 'before');
    g.output(g.apply('Relu', [conv]), 'after');
    const { nodes } = await agreed(g.build());
    expect(nodes.filter((n) => n.operator === 'Relu')).toHaveLength(1);
    expect(nodes.filter((n) => n.operator === 'Conv')).toHaveLength(1);
  });

  test.each([
    ['channels that fill no block', [1, 12, 8, 8], [16, 12, 3, 3], {}],
    ['outputs that fill no block', [1, 16, 8, 8], [3, 16, 3, 3], {}],
    ['a convolution in groups of several channels', [1, 16, 8, 8], [16, 8, 3, 3], { group: 2 }],
  ])('%s stay with the plain node', (_, x, weight, attributes) => {
    const g = new GraphBuilder('conv');
    const inputs = [g.input('x', 'float32', x), g.input('weight', 'float32', weight)];
    g.output(g.apply('Conv', inputs, attributes), 'y');
    expect(blocks(lower(g.build(), { ...plainTarget, channelBlock: 8 }))).toBe(0);
  });

  test.each([
    ['a size that is no multiple', { strides: [2, 2], pads: [0, 0, 0, 0] }],
    ['further rows', { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }],
    ['dilation', { strides: [1, 1], pads: [3, 3, 3, 3], dilations: [2, 2] }],
  ])('a transposed convolution with %s stays plain', (_, attributes) => {
    const g = new GraphBuilder('up');
    const x = g.input('x', 'float32', [1, 8, 8, 8]);
    const weight = g.input('weight', 'float32', [8, 8, 4, 4]);
    g.output(g.apply('ConvTranspose', [x, weight], attributes), 'y');
    expect(blocks(lower(g.build(), { ...plainTarget, channelBlock: 8 }))).toBe(0);
  });
});
