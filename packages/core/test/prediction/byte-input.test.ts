import type { Graph, Runtime, Tensor } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  imageTensor,
  inferenceGraph,
  initialParameters,
  notebookSpecs,
  withByteInput,
} from '@vascula/core';
import { afterAll, beforeAll, expect, test } from 'vitest';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const spec = { ...notebookSpecs.unet, base: 2, depth: 2, kernel: 3 };
const size = { batch: 1, height: 2, width: 2 };
const graph = inferenceGraph(buildModel(spec, size, initialParameters(3)));

test('bytes as images lie in memory give what planes of numbers give, to the bit, in any size', async () => {
  const planes = await runtime.load(graph);
  const bytes = await runtime.load(withByteInput(graph));
  for (const [width, height] of [
    [6, 4],
    [2, 10],
  ]) {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, k) => (k * 89) % 256);
    const expected = await planes.run({ image: imageTensor({ data, width, height }, 1) });
    const found = await bytes.run({
      image: { type: 'uint8', shape: [1, height, width, 3], data },
    });
    expect(found).toEqual(expected);
    expect((found.probability as Tensor).shape).toEqual([1, 1, height, width]);
  }
});

test('several images at once', async () => {
  const program = await runtime.load(withByteInput(graph));
  const data = Uint8Array.from({ length: 2 * 4 * 4 * 3 }, (_, k) => (k * 31) % 256);
  const both = await program.run({ image: { type: 'uint8', shape: [2, 4, 4, 3], data } });
  const one = await program.run({
    image: { type: 'uint8', shape: [1, 4, 4, 3], data: data.slice(48) },
  });
  expect([...((both.probability as Tensor).data as Float32Array)].slice(16)).toEqual([
    ...((one.probability as Tensor).data as Float32Array),
  ]);
});

test('weights and output stay; the sizes left open stay open', () => {
  const taken = withByteInput(graph);
  expect(taken.inputs).toEqual([
    { name: 'image', type: 'uint8', shape: ['batch', 'height', 'width', 3] },
  ]);
  expect(taken.outputs).toEqual(graph.outputs);
  expect(taken.initialisers).toBe(graph.initialisers);
});

test('a graph of another input than one image is a mistake of the caller', () => {
  const [image] = graph.inputs;
  const two: Graph = { ...graph, inputs: [image, { ...image, name: 'other' }] };
  expect(() => withByteInput(two)).toThrow(RangeError);
  expect(() => withByteInput({ ...graph, inputs: [] })).toThrow(RangeError);
});
