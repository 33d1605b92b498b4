import { float32, type Graph, type Runtime } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  firstParameters,
  inferenceGraph,
  type Normalisation,
  normalisationNames,
  type OnnxWishes,
  openOnnx,
  readNormalisation,
  writeNormalisation,
} from '@vascula/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Build, conv, fileOf, imported, oneLayer, thrown } from './onnx-file.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

describe('what is fed and read: given, by metadata, found, assumed', () => {
  test('of a plain file: RGB as ImageNet is assumed, one channel of logits too', () => {
    const { spec, origins } = imported(fileOf(oneLayer));
    expect(spec).toMatchObject({
      output: 'y',
      outputChannel: 0,
      outputKind: 'logits',
      channelOrder: 'rgb',
      normalisation: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      sizeMultiple: 1,
      batches: true,
    });
    expect(origins).toEqual({
      output: 'found',
      outputChannel: 'assumed',
      outputKind: 'assumed',
      channelOrder: 'assumed',
      normalisation: 'assumed',
    });
  });

  const metadata = {
    'vascula.normalise': 'symmetric',
    'vascula.channel-order': 'bgr',
    'vascula.output-kind': 'softmax',
    'vascula.output-channel': '1',
    'vascula.network-output': 'y',
  };

  test('metadata say it, and a flag says it louder', () => {
    const file = fileOf((g, x) => conv(g, x, 2), { metadata });
    const { spec, origins } = imported(file, { channelOrder: 'rgb' });
    expect(spec).toMatchObject({
      outputChannel: 1,
      outputKind: 'softmax',
      channelOrder: 'rgb',
      normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    });
    expect(origins).toMatchObject({ channelOrder: 'given', normalisation: 'metadata' });
  });

  test.each([
    ['vascula.normalise', 'caffe', /metadata vascula\.normalise: is "caffe"; expected imagenet, /],
    ['vascula.channel-order', 'gbr', /is "gbr"; expected rgb or bgr/],
    ['vascula.output-channel', '-1', /is "-1"; expected a whole number/],
    ['vascula.output-kind', 'mask', /is "mask"; expected logits, softmax, probability/],
    ['vascula.network-output', 'z', /has no output "z"; expected "y"/],
  ])('metadata %s = %s', (key, value, says) => {
    const file = fileOf(oneLayer, { metadata: { [key]: value } });
    expect(thrown(() => imported(file))).toMatch(says);
  });

  test.each(['Sigmoid', 'Softmax'])(
    '%s at the end makes probabilities, behind a name too',
    (last) => {
      const file = fileOf((g, x) => {
        const y = g.apply(last, [conv(g, x, 2)], last === 'Softmax' ? { axis: 1 } : {});
        return g.apply('Identity', [y]);
      });
      const { spec, origins } = imported(file, { outputChannel: 1 });
      expect([spec.outputKind, origins.outputKind]).toEqual(['probability', 'found']);
      // It is taken off: the loss is of logits.
      expect(spec.graph.nodes.map(({ operator }) => operator)).not.toContain(last);
      expect(thrown(() => imported(file, { outputKind: 'logits' }))).toContain(
        `--output-kind: logits, but ${last} makes the output of net.onnx; expected probability`,
      );
    },
  );

  test('a convention opens a file as it was imported', () => {
    const file = fileOf((g, x) => conv(g, x, 2));
    const { spec } = imported(file, {
      outputChannel: 1,
      channelOrder: 'bgr',
      freeze: ['*.bias'],
    });
    expect(openOnnx(file, spec, 'net.onnx')).toEqual(spec);
  });
});

describe('an image reaches the network as it was trained to see it', () => {
  /** What the network's input holds of one pixel: red 255, green 51, blue 0. */
  const seen = (wishes: Partial<OnnxWishes>) => {
    const identity = float32([3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const file = fileOf((g, x) => g.apply('Conv', [x, g.parameter('weight', identity)]));
    const values = [0, 1, 2].map(async (outputChannel) => {
      const { spec } = imported(file, { ...wishes, outputChannel, outputKind: 'logits' });
      const model = buildModel(spec, { batch: 1, height: 1, width: 1 }, firstParameters(spec, 0));
      const program = await runtime.load(model.graph);
      const { logits } = await program.run({ image: float32([1, 3, 1, 1], [255, 51, 0]) });
      return logits?.data[0];
    });
    return Promise.all(values);
  };
  const close = (expected: number[]) => expected.map((value) => expect.closeTo(value, 5));
  const by = (text: string) => ({ normalisation: readNormalisation(text) as Normalisation });

  test.each([
    ['none', [255, 51, 0]],
    ['unit', [1, 0.2, 0]],
    ['symmetric', [1, -0.6, -1]],
    ['imagenet', [(1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, -0.406 / 0.225]],
    ['0.1,0.2,0.3/1,0.5,0.1', [0.9, 0, -3]],
  ])('%s', async (text, expected) => {
    expect(await seen(by(text))).toEqual(close(expected));
  });

  test('channels turned round first, then scaled in the order of the network', async () => {
    const turned = await seen({ channelOrder: 'bgr', ...by('0.1,0.2,0.3/1,0.5,0.1') });
    expect(turned).toEqual(close([-0.1, 0, 7]));
  });

  test('a normalisation is written as it is read', () => {
    for (const name of normalisationNames)
      expect(writeNormalisation(readNormalisation(name) as Normalisation)).toBe(name);
    // Zero has two signs, and one text.
    const number = fc.double({ min: -1e3, max: 1e3, noNaN: true }).map((value) => value + 0);
    const above0 = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(number, number, number),
        fc.tuple(above0, above0, above0),
        (mean, std) => {
          expect(readNormalisation(writeNormalisation({ mean, std }))).toEqual({ mean, std });
        },
      ),
      { seed: 1 },
    );
  });

  test.each([
    '',
    'caffe',
    'toString',
    '1,2,3',
    '1,2/1,2',
    '0,0,0/1,1,0',
    '0,0,0/1,1,-1',
    '0,0,0/1,1,1/1',
    '0,0,/1,1,1',
    'a,b,c/1,1,1',
    '0,0,NaN/1,1,1',
  ])('%j is no normalisation', (text) => {
    expect(readNormalisation(text)).toBeUndefined();
  });
});

describe('the probability of vessel', () => {
  const side = 8;
  const image = float32(
    [1, 3, side, side],
    Array.from({ length: 3 * side * side }, (_, i) => (i * 37) % 256),
  );
  const run = async (graph: Graph, output: string) =>
    Array.from((await (await runtime.load(graph)).run({ image }))[output]?.data as Float32Array);
  const modelOf = (build: Build, wishes: Partial<OnnxWishes>) => {
    const normalisation = readNormalisation('unit') as Normalisation;
    const { spec } = imported(fileOf(build), { normalisation, ...wishes });
    return buildModel(spec, { batch: 1, height: side, width: side }, firstParameters(spec, 0));
  };
  /** Maps of what the network itself gives. */
  const raw = (build: Build, channels: number) =>
    Promise.all(
      Array.from({ length: channels }, (_, outputChannel) =>
        run(modelOf(build, { outputChannel, outputKind: 'logits' }).graph, 'logits'),
      ),
    );
  const probability = (build: Build, wishes: Partial<OnnxWishes>) =>
    run(inferenceGraph(modelOf(build, wishes)), 'probability');
  const expectEqual = (found: number[], expected: number[]) => {
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
  };

  test.each([1, 3])('logits, each of %i channels by itself', async (channels) => {
    const build: Build = (g, x) => conv(g, x, channels);
    for (const [outputChannel, logits] of (await raw(build, channels)).entries())
      expectEqual(
        await probability(build, { outputChannel, outputKind: 'logits' }),
        logits.map((z) => 1 / (1 + Math.exp(-z))),
      );
  });

  test.each([2, 3, 4])(
    'softmax over %i channels: its logits, and made by the file',
    async (channels) => {
      const build: Build = (g, x) => conv(g, x, channels);
      const made: Build = (g, x) => g.apply('Softmax', [build(g, x)], { axis: 1 });
      const maps = await raw(build, channels);
      for (const [outputChannel, logits] of maps.entries()) {
        const expected = logits.map(
          (z, i) => Math.exp(z) / maps.reduce((sum, map) => sum + Math.exp(map[i] as number), 0),
        );
        const softmax = { outputChannel, outputKind: 'softmax' as const };
        expectEqual(await probability(build, softmax), expected);
        expectEqual(await probability(made, { outputChannel }), expected);
      }
    },
  );

  test('a probability made otherwise: its log odds, kept from the ends', async () => {
    const clipped: Build = (g, x) => g.apply('Clip', [conv(g, x, 1), g.scalar(0), g.scalar(1)]);
    const [plain = []] = await raw((g, x) => conv(g, x, 1), 1);
    const expected = plain.map((value) => Math.min(1 - 1e-6, Math.max(1e-6, value)));
    expect(new Set(expected).size).toBeGreaterThan(2);
    expectEqual(await probability(clipped, { outputKind: 'probability' }), expected);
  });
});
