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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const blocks = (graph: Graph) =>
  graph.nodes.filter((node) => node.domain === 'com.microsoft.nchwc' && node.operator === 'Conv')
    .length;

const wave = (shape: readonly number[], phase: number): Tensor =>
  float32(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(phase + i * i)),
  );

describe('blocked convolutions', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 2 });
  });
  afterAll(() => runtime.close());

  test.runIf(process.arch === 'x64')(
    'this processor has them: AVX2 in blocks of 8 channels, AVX-512 of 16',
    () => {
      expect([8, 16]).toContain(runtime.target.channelBlock);
    },
  );

  test('give what the plain node gives, for any window, batch, size and bias', async () => {
    const block = runtime.target.channelBlock as number;
    const window = fc.record({
      kernel: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 2 }),
      pad: fc.integer({ min: 0, max: 2 }),
      batch: fc.integer({ min: 1, max: 3 }),
      inputs: fc.constantFrom(block, 2 * block, 3 * block),
      outputs: fc.constantFrom(block, 2 * block),
      height: fc.integer({ min: 5, max: 12 }),
      width: fc.integer({ min: 5, max: 12 }),
      bias: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(window, async (w) => {
        const g = new GraphBuilder('conv');
        const x = g.input('x', 'float32', [w.batch, w.inputs, w.height, w.width]);
        const weight = g.input('weight', 'float32', [w.outputs, w.inputs, w.kernel, w.kernel]);
        const bias = w.bias ? g.input('bias', 'float32', [w.outputs]) : undefined;
        g.output(
          g.apply('Conv', [x, weight, bias], {
            kernel_shape: [w.kernel, w.kernel],
            strides: [w.stride, w.stride],
            pads: [w.pad, w.pad, w.pad, w.pad],
          }),
          'y',
        );
        const plain = lower(g.build());
        const blocked = lower(g.build(), runtime.target);
        expect([blocks(plain), blocks(blocked)]).toEqual([0, 1]);
        const feeds = Object.fromEntries(
          plain.inputs.map(({ name, shape }, i) => [name, wave(shape as number[], i)]),
        );
        const [expected, found] = await Promise.all(
          [plain, blocked].map(async (graph) => (await (await runtime.load(graph)).run(feeds)).y),
        );
        expect(found?.shape).toEqual(expected?.shape);
        expected?.data.forEach((value, i) => {
          expect(Math.abs(Number(found?.data[i]) - Number(value))).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['channels that fill no block', [1, 3, 8, 8], [16, 3, 3, 3], {}],
    ['outputs that fill no block', [1, 16, 8, 8], [3, 16, 3, 3], {}],
    ['a grouped convolution', [1, 16, 8, 8], [16, 1, 3, 3], { group: 16 }],
  ])('%s stay with the plain node', (_, x, weight, attributes) => {
    const g = new GraphBuilder('conv');
    const inputs = [g.input('x', 'float32', x), g.input('weight', 'float32', weight)];
    g.output(g.apply('Conv', inputs, attributes), 'y');
    expect(blocks(lower(g.build(), { channelBlock: 8 }))).toBe(0);
  });

  test('a constant weight is left to the runtime, which blocks it once', () => {
    const g = new GraphBuilder('conv');
    const x = g.input('x', 'float32', [1, 16, 8, 8]);
    g.output(g.apply('Conv', [x, g.parameter('weight', wave([16, 16, 3, 3], 0))]), 'y');
    expect(blocks(lower(g.build(), { channelBlock: 8 }))).toBe(0);
  });
});
