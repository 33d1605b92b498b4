import { float32, type Graph, int64, type OnnxFile, type Value } from '@vascula/autograd';
import { buildModel, firstParameters, inferenceGraph, type OnnxWishes } from '@vascula/core';
import { expect, test } from 'vitest';
import { type Build, conv, fileOf, imported, oneLayer, thrown } from './onnx-file.js';

const halves = { kernel_shape: [2, 2], strides: [2, 2] };
const halved: Build = (g, x) => g.apply('MaxPool', [conv(g, x, 1)], halves);

const replaced = (file: OnnxFile, change: Partial<Graph>): OnnxFile => ({
  ...file,
  graph: { ...file.graph, ...change },
});

/** One layer with nodes of that operator behind it. */
function withNodes(operator: string, count = 1): OnnxFile {
  const file = fileOf(oneLayer);
  const name = (i: number) => (i < 0 ? 'layer' : `odd ${i}`);
  const odd = Array.from({ length: count }, (_, i) => ({
    name: name(i),
    operator,
    domain: '',
    inputs: [name(i - 1)],
    outputs: [name(i)],
    attributes: {},
  }));
  const last = file.graph.nodes.at(-1) as Graph['nodes'][number];
  const rest = file.graph.nodes.slice(0, -1);
  return replaced(file, { nodes: [...rest, ...odd, { ...last, inputs: [name(count - 1)] }] });
}

function withCeilMode(): OnnxFile {
  const file = fileOf(halved);
  const nodes = file.graph.nodes.map((node) => {
    const attributes = { ...node.attributes, ceil_mode: { type: 'int' as const, value: 1 } };
    return node.operator === 'MaxPool' ? { ...node, attributes } : node;
  });
  return replaced(file, { nodes });
}

function withBytes(): OnnxFile {
  const file = fileOf(oneLayer);
  return replaced(file, {
    inputs: file.graph.inputs.map((input) => ({ ...input, type: 'uint8' as const })),
  });
}

test.each<[string, () => OnnxFile, Partial<OnnxWishes>, RegExp]>([
  [
    'an unknown operator',
    () => withNodes('GridSample'),
    {},
    /^net\.onnx: has an operator not supported: GridSample \(node "odd 0"\)\. docs/,
  ],
  ['one that is met often', () => withNodes('Loop', 3), {}, /Loop \(node "odd 0" and 2 more\)/],
  [
    'a quantised model',
    () => withNodes('DequantizeLinear'),
    {},
    /is quantised \(DequantizeLinear, node "odd 0"\); expected weights of float32/,
  ],
  ['an input left out', () => withNodes('Mod'), {}, /Mod \(node "odd 0"\): input 1 is missing/],
  [
    'an attribute that is not supported',
    withCeilMode,
    {},
    /MaxPool \(node "MaxPool"\): not supported: ceil_mode 1/,
  ],
  [
    'a smaller output',
    () => fileOf(halved),
    {},
    /gives an output of shape \[1,1,128,128\] for an image of \[1, 3, 256, 256\]; expected/,
  ],
  [
    'a vector',
    () => fileOf((g, x) => g.apply('Flatten', [conv(g, x, 1)])),
    {},
    /gives an output of shape \[1,65536\]/,
  ],
  [
    'a grey image',
    () => fileOf(oneLayer, { sizes: ['n', 1, 'h', 'w'] }),
    {},
    /has the input "x", float32 \[n, 1, h, w\]; expected float32 \[N, 3, H, W\]/,
  ],
  ['an image of bytes', withBytes, {}, /"x", uint8 \[n, 3, h, w\]; .* Export the model in float32/],
  [
    'two inputs',
    () => fileOf((g, x) => g.apply('Add', [conv(g, x, 1), g.input('second', 'float32', [1])])),
    {},
    /has 2 inputs: "x", .*; "second", .*; expected one, an image/,
  ],
  [
    'two outputs',
    () => fileOf(oneLayer, { outputs: ['layer'] }),
    {},
    /has 2 outputs: y, layer; expected the one to train, named with --network-output/,
  ],
  [
    'several channels',
    () => fileOf((g, x) => conv(g, x, 3)),
    {},
    /has 3 output channels; expected the one that is vessel, 0 to 2, named with --output-channel/,
  ],
  [
    'a channel it has not',
    () => fileOf(oneLayer),
    { outputChannel: 1 },
    /has 1 output channel\(s\), and 1 was asked for; expected one from 0 to 0/,
  ],
  [
    'nothing to train',
    () => fileOf((g, x) => g.apply('Slice', [x, g.ints([0]), g.ints([1]), g.ints([1])])),
    {},
    /has no float32 parameter to train/,
  ],
])('%s', (_, file, wishes, says) => {
  expect(thrown(() => imported(file(), wishes))).toMatch(says);
});

test('an operator without gradient on the way to the loss, not one beside it', () => {
  const rest: Build = (g, of) => g.apply('Mod', [of, g.scalar(2)], { fmod: 1 }, { name: 'rest' });
  const inTheWay = fileOf((g, x) => rest(g, conv(g, x, 1)));
  expect(thrown(() => imported(inTheWay))).toMatch(
    /has an operator without gradient: Mod \(node "rest"\)/,
  );
  const beside = fileOf((g, x) => {
    const red = g.apply('Slice', [rest(g, x), g.ints([0]), g.ints([1]), g.ints([1])]);
    return g.apply('Add', [conv(g, x, 1), red]);
  });
  expect(imported(beside).spec.parameters).toHaveLength(2);
});

test('a network for one size', () => {
  const toSize: Build = (g, x) => {
    const sizes = g.constant(int64([1, 1, 64, 64]));
    return g.apply('Resize', [halved(g, x), undefined, undefined, sizes]);
  };
  const fixed = fileOf(toSize, { sizes: [1, 3, 64, 64] });
  expect(thrown(() => imported(fixed))).toMatch(
    /takes images of 64 x 64 pixels only; expected a network for images of any size\. Export it with dynamic_axes/,
  );
});

test('a network for one image at a time is built for one, and handed out so', () => {
  const { spec } = imported(
    fileOf((g, x) => {
      const y = conv(g, x, 1);
      const mean = g.apply('GlobalAveragePool', [y]);
      return g.apply('Mul', [y, g.apply('Reshape', [mean, g.ints([1, 1, 1, 1])])]);
    }),
  );
  expect(spec.batches).toBe(false);
  const build = (batch: number) =>
    buildModel(spec, { batch, height: 8, width: 8 }, firstParameters(spec, 0));
  expect(() => build(2)).toThrow(
    /takes one image at a time, not 2\. Train it with --micro-batch 1/,
  );
  expect(inferenceGraph(build(1)).inputs[0]?.shape).toEqual([1, 3, 'height', 'width']);
});

test('sizes a network does not take are refused when it is built', () => {
  const twice: Build = (g, x) => {
    const small = g.apply('MaxPool', [conv(g, x, 2)], halves);
    const up = g.apply('Resize', [small, undefined, g.constant(float32([4], [1, 1, 2, 2]))]);
    const both: Value[] = [up, conv(g, x, 2, 'second')];
    return conv(g, g.apply('Concat', both, { axis: 1 }), 1, 'head');
  };
  const { spec } = imported(fileOf(twice));
  expect(spec.sizeMultiple).toBe(2);
  expect(() =>
    buildModel(spec, { batch: 1, height: 8, width: 9 }, firstParameters(spec, 0)),
  ).toThrow(/an input of 9 x 8 pixels; expected multiples of 2/);
});

test('only what the chosen output needs has to be known', () => {
  const file = withNodes('GridSample');
  const layer = { name: 'layer', type: 'float32', shape: ['n', 1, 'h', 'w'] } as const;
  const both = replaced(file, { outputs: [...file.graph.outputs, layer] });
  expect(imported(both, { output: 'layer' }).spec.parameters).toHaveLength(2);
});
