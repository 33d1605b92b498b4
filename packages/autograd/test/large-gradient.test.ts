import { type Graph, GraphBuilder, lower, type Runtime, type Tensor } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const products = (graph: Graph) =>
  graph.nodes.filter((node) => node.operator === 'FusedMatMul').length;

describe('weight gradient of a batch whose copies are large', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 2 });
  });
  afterAll(() => runtime.close());

  const side = 432;
  /** Inputs of `xs` and outputs of `dys` channels. */
  const gradient = (samples: number, stride: number, xs: number, dys: number) => {
    const g = new GraphBuilder('gradient');
    const x = g.input('x', 'float32', [samples, xs, side, side]);
    const dy = g.input('dy', 'float32', [samples, dys, side / stride, side / stride]);
    const window = {
      kernel_shape: [4, 4],
      strides: [stride, stride],
      pads: stride === 1 ? [1, 1, 2, 2] : [1, 1, 1, 1],
    };
    g.output(g.apply('ConvWeightGradient', [x, dy], window, { domain: 'autograd' }), 'dw');
    return lower(g.build());
  };
  const wave = (shape: readonly number[], phase: number): Tensor => ({
    type: 'float32',
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) =>
      Math.sin(phase + i * 0.7 + (i % 11)),
    ),
  });
  /** Samples (axis 0) or channels of one sample (axis 1) from `start` on. */
  const part = ({ shape, data }: Tensor, axis: 0 | 1, start: number, count: number): Tensor => {
    const length = data.length / (shape[axis] as number);
    return {
      type: 'float32',
      shape: shape.map((size, a) => (a === axis ? count : size)),
      data: (data as Float32Array).slice(start * length, (start + count) * length),
    };
  };
  const expectClose = (found: Tensor | undefined, expected: Float64Array) => {
    const largest = Math.max(...expected.map(Math.abs));
    found?.data.forEach((value, k) => {
      expect(Math.abs(Number(value) - (expected[k] as number)) / largest).toBeLessThan(1e-5);
    });
  };

  test.each([1, 2])('is the sum of its samples, stride %i', async (stride) => {
    const samples = 3;
    const whole = gradient(samples, stride, 20, 2);
    const one = gradient(1, stride, 20, 2);
    expect([products(whole), products(one)]).toEqual([samples, 1]);
    const x = wave([samples, 20, side, side], 1);
    const dy = wave([samples, 2, side / stride, side / stride], 2);
    const { dw } = await (await runtime.load(whole)).run({ x, dy });
    const program = await runtime.load(one);
    const sum = new Float64Array((dw as Tensor).data.length);
    for (let i = 0; i < samples; i++) {
      const { dw } = await program.run({ x: part(x, 0, i, 1), dy: part(dy, 0, i, 1) });
      dw?.data.forEach((value, k) => {
        sum[k] = (sum[k] as number) + Number(value);
      });
    }
    expectClose(dw, sum);
  });

  test.each([1, 2])(
    'in bands of rows is that of each pair of channels, stride %i',
    async (stride) => {
      const [channels, group] = [60, 4];
      const banded = gradient(1, stride, channels, group);
      const whole = gradient(1, stride, group, group);
      expect([products(banded) > 1, products(whole)]).toEqual([true, 1]);
      const x = wave([1, channels, side, side], 3);
      const dy = wave([1, group, side / stride, side / stride], 4);
      const { dw } = await (await runtime.load(banded)).run({ x, dy });
      const program = await runtime.load(whole);
      const expected = new Float64Array((dw as Tensor).data.length);
      for (let c = 0; c < channels; c += group) {
        const { dw } = await program.run({ x: part(x, 1, c, group), dy });
        // [outputs, channels, 4, 4]: the group's channels of each output.
        dw?.data.forEach((value, k) => {
          const [output, rest] = [Math.floor(k / (group * 16)), k % (group * 16)];
          expected[(output * channels + c) * 16 + rest] = Number(value);
        });
      }
      expectClose(dw, expected);
    },
  );
});
