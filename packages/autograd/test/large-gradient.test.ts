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

  const [channels, side] = [8, 432];
  const gradient = (samples: number, stride: number) => {
    const g = new GraphBuilder('gradient');
    const x = g.input('x', 'float32', [samples, channels, side, side]);
    const dy = g.input('dy', 'float32', [samples, channels, side / stride, side / stride]);
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
  const sample = ({ type, shape, data }: Tensor, i: number): Tensor => {
    const length = data.length / (shape[0] as number);
    return {
      type,
      shape: [1, ...shape.slice(1)],
      data: data.slice(i * length, (i + 1) * length) as Float32Array,
    };
  };

  test.each([1, 2])('is the sum of its samples, stride %i', async (stride) => {
    const samples = 3;
    const whole = gradient(samples, stride);
    const one = gradient(1, stride);
    expect([products(whole), products(one)]).toEqual([stride === 1 ? samples : 1, 1]);
    const x = wave([samples, channels, side, side], 1);
    const dy = wave([samples, channels, side / stride, side / stride], 2);
    const { dw } = await (await runtime.load(whole)).run({ x, dy });
    const program = await runtime.load(one);
    const sum = new Float64Array((dw as Tensor).data.length);
    for (let i = 0; i < samples; i++) {
      const part = await program.run({ x: sample(x, i), dy: sample(dy, i) });
      part.dw?.data.forEach((value, k) => {
        sum[k] = (sum[k] as number) + Number(value);
      });
    }
    const largest = Math.max(...sum.map(Math.abs));
    dw?.data.forEach((value, k) => {
      expect(Math.abs(Number(value) - (sum[k] as number)) / largest).toBeLessThan(1e-5);
    });
  });
});
