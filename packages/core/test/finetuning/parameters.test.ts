import { float32, type Runtime } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { buildModel, firstParameters, inferenceGraph, Trainer } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Build, conv, fileOf, imported, thrown, wave } from './onnx-file.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const layered: Build = (g, x) => {
  const scaled = g.apply('Mul', [x, g.parameter('input scale', wave([1, 3, 1, 1]))]);
  const first = conv(g, scaled, 4, 'stem.conv');
  const norm = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
    g.parameter(`stem.norm.${part}`, float32([4], [1, 2, 3, 4])),
  );
  const normal = g.apply('BatchNormalization', [first, ...norm], {}, { name: 'stem/norm' });
  const gamma = g.apply('Unsqueeze', [g.parameter('gamma', wave([4])), g.ints([1, 2])]);
  const gated = g.apply('Mul', [normal, gamma]);
  return conv(g, g.apply('Add', [gated, g.scalar(0.5)]), 1, 'head.conv');
};
const trained = (freeze: string[]) =>
  imported(fileOf(layered), { freeze })
    .spec.parameters.filter((p) => p.trainable)
    .map((p) => p.name);

test('are what layers read, and arithmetic behind them, through views; statistics are observed', () => {
  const { parameters } = imported(fileOf(layered)).spec;
  expect(parameters.map(({ name, role, trainable }) => [name, role, trainable])).toEqual([
    ['stem.conv.weight', 'kernel', true],
    ['stem.conv.bias', 'bias', true],
    ['stem.norm.weight', 'scale', true],
    ['stem.norm.bias', 'shift', true],
    ['stem.norm.running_mean', 'mean', false],
    ['stem.norm.running_var', 'variance', false],
    ['gamma', 'scale', true],
    ['head.conv.weight', 'kernel', true],
    ['head.conv.bias', 'bias', true],
  ]);
});

test('ones and zeros that an exporter wrote in place of parameters are none', () => {
  const bare: Build = (g, x) => {
    const [one, zero] = [1, 0].map((value) =>
      g.parameter(`${value}`, float32([4], Array(4).fill(value))),
    );
    const normal = g.apply('InstanceNormalization', [conv(g, x, 4, 'stem'), one, zero]);
    const scaled = g.apply('Mul', [normal, g.parameter('norm.weight', wave([4, 1, 1]))]);
    return conv(g, g.apply('Mul', [scaled, g.parameter('code', wave([4, 1, 1]))]), 1, 'head');
  };
  const { parameters } = imported(fileOf(bare, { constants: ['0', '1', 'code'] })).spec;
  expect(parameters.map(({ name }) => name)).toEqual([
    'stem.weight',
    'stem.bias',
    'norm.weight',
    'head.weight',
    'head.bias',
  ]);
});

describe('frozen by pattern', () => {
  const [stemWeight, stemBias] = ['stem.conv.weight', 'stem.conv.bias'];
  const head = ['head.conv.weight', 'head.conv.bias'];
  test.each([
    [['stem.*'], ['gamma', ...head]],
    [['stem.*', 'gamma'], head],
    [['*.conv.????'], [stemWeight, 'stem.norm.weight', 'stem.norm.bias', 'gamma', head[0]]],
    [['/^stem\\.(conv|norm)\\./', '/gam/'], head],
    // By the node: its scale and shift.
    [['stem/norm'], [stemWeight, stemBias, 'gamma', ...head]],
  ])('%j', (freeze, rest) => {
    expect(trained(freeze)).toEqual(rest);
  });

  test.each([
    [
      ['encoder.*'],
      /--freeze: encoder\.\* means no parameter of the network; .* stem\.conv\.weight/,
    ],
    [['stem'], /--freeze: stem means no parameter/],
    [['*'], /net\.onnx: is frozen whole; expected at least one parameter that is trained/],
    [['/(/'], /--freeze: \/\(\/ is no regular expression/],
  ])('%j is refused', (freeze, says) => {
    expect(thrown(() => trained(freeze))).toMatch(says);
  });
});

test('names that training uses for something else are changed, others kept', async () => {
  const file = fileOf((g, x) => {
    const weight = g.parameter('weights', wave([1, 3, 1, 1]));
    const bias = g.parameter('optimiser/mean', wave([1]));
    return g.apply('Conv', [x, weight, bias], {}, { name: 'mask' });
  });
  const { spec } = imported(file);
  expect(spec.parameters.map(({ name }) => name)).toEqual(['onnx/weights', 'onnx/optimiser/mean']);
  const trainer = await Trainer.create({
    runtime,
    spec,
    recipe: { batch: 1, microBatch: 1, crop: 8, negativeWeight: 1 },
    tileSize: { width: 8, height: 8 },
    parameters: firstParameters(spec, 0),
  });
  const batch = {
    image: Float32Array.from({ length: 192 }, (_, i) => i),
    mask: Float32Array.from({ length: 64 }, (_, i) => i % 2),
    size: 8,
  };
  expect(await trainer.step(batch, 1, 1e-3)).toBeGreaterThan(0);
  expect([...(await trainer.snapshot()).keys()].sort()).toEqual([
    'onnx/optimiser/mean',
    'onnx/weights',
    'optimiser/mean',
    'optimiser/square',
  ]);
});

// Those of a model.onnx that was trained here from a file are the last four.
test.each([
  'node',
  'x',
  'onnx/input/scaled',
  'onnx/input/normalised',
  'onnx/head/logits',
  'probability',
])('nodes that are all named %s are told apart, from those added too', (name) => {
  const file = fileOf(layered);
  const nodes = file.graph.nodes.map((node) => ({ ...node, name }));
  const { spec } = imported({ ...file, graph: { ...file.graph, nodes } });
  const model = buildModel(spec, { batch: 1, height: 64, width: 64 }, firstParameters(spec, 0));
  const names = inferenceGraph(model).nodes.map((node) => node.name);
  expect(new Set(names).size).toBe(names.length);
});
