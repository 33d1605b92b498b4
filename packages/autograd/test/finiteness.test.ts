import {
  finitenessGraph,
  float32,
  GraphBuilder,
  type Runtime,
  sgd,
  trainingStep,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, expect, test } from 'vitest';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

/** y = relu(norm(x first)) second, all 2 x 2 pixels of one channel. */
function network() {
  const g = new GraphBuilder('net');
  const one = (name: string, shape: number[], value: number) =>
    g.parameter(name, float32(shape, [value]));
  const x = g.input('image', 'float32', [1, 1, 2, 2]);
  const conv = g.apply('Conv', [x, one('first', [1, 1, 1, 1], 1)], {}, { name: 'conv' });
  const statistics = [
    one('scale', [1], 1),
    one('shift', [1], 0),
    one('mean', [1], 0),
    one('variance', [1], 1),
  ];
  const norm = g.apply('BatchNormalization', [conv, ...statistics], {}, { name: 'norm' });
  const relu = g.apply('Relu', [norm], {}, { name: 'relu' });
  g.output(g.apply('Conv', [relu, one('second', [1, 1, 1, 1], 1)], {}, { name: 'head' }), 'logits');
  return g.build();
}

const layers = ['conv', 'norm', 'relu', 'head'];

test.each([
  ['all are finite', [1, 1, 0, 1], [0, 0, 0, 0]],
  [
    'the first overflows, and with it all behind it but for what ReLU hides',
    [3e38, 1, 0, 1],
    [1, 1],
  ],
  ['the square of a large number overflows: the normalisation', [1e25, 1, 0, 1], [0, 1]],
  ['only the last overflows', [1, 2, 3, 3e38], [0, 0, 0, 1]],
])('%s', async (_, weights, expected) => {
  const graph = network();
  const plan = trainingStep({
    graph,
    trainable: ['first', 'scale', 'shift', 'second'],
    loss: (g) => g.apply('ReduceSum', [g.value('logits')], { keepdims: 0 }),
    optimiser: sgd(),
    target: runtime.target,
  });
  await runtime.writeState({
    weights: float32([4], weights),
    statistics: float32([2], [0, 1]),
  });
  const program = await runtime.load(finitenessGraph(graph, plan, layers));
  const results = await program.run({ image: float32([1, 1, 2, 2], [1, 2, 200, 4]) });
  const found = Array.from(results.faults?.data ?? [], Number);
  expect(found.filter((fault) => fault === 0 || Number.isNaN(fault))).toHaveLength(4);
  expect(found.map(Number.isNaN).map(Number).slice(0, expected.length)).toEqual(expected);
});
