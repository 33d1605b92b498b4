import { copyFile, mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Graph, readOnnx, writeOnnx } from '@vascula/autograd';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { openRun, readCheckpoint, runFiles } from '../../dist/run/index.js';
import { pixels, temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { goOn, resultOf, tinyDataset } from '../support/tiny-run.js';

const network = (name: string) =>
  fileURLToPath(new URL(`../../../core/test/fixtures/finetuning/${name}.onnx`, import.meta.url));
const mobile = network('mobilenet-v2-training-13');
const resnet = network('resnet-folded-13');
const flags = '--batch 4 --learning-rate 0.01 --threads 1 --seed 0'.split(' ');

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
/** Two epochs of the network with its encoder frozen. */
let run: string;
let messages: string;
const at = (name: string) => join(temporary.path, name);
const train = (name: string, file: string, ...more: string[]) =>
  commandLine(['train', data, '-o', at(name), '--model', file, ...flags, ...more]);
const frozen = ['--freeze', 'encoder.*', '--crop', '32', '--epochs', '2'];

beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  run = at('run');
  const result = await train('run', mobile, ...frozen);
  expect(result.code, result.messages).toBe(0);
  messages = result.messages;
});
afterAll(() => temporary.remove());

test('what is assumed, trained and frozen is said before; the folder holds the file', async () => {
  expect(messages).toContain('scaled as ImageNet: (x / 255 - mean) / std');
  expect(messages).toContain('15 of them frozen: those stay in inference form');
  expect(messages).toMatch(/^ {2}trained +blocks\.0\.0\.weight +\[6, 10, 3, 3\]$/m);
  expect(messages).toMatch(/^ {2}frozen +encoder\.features\.0\.0\.weight +\[4, 3, 3, 3\]$/m);
  expect(messages).toMatch(/^mobilenet-v2-training-13\.onnx, frozen: encoder\.\*; 6 tiles/m);
  const { source } = runFiles(run);
  expect(await readFile(source)).toEqual(await readFile(mobile));
  const { model } = (await openRun(run)).config;
  expect(model).toMatchObject({ architecture: 'onnx', file: mobile, freeze: ['encoder.*'] });
});

test('what is frozen is to the bit what the file holds, statistics too; the rest has moved', async () => {
  const { tensors } = await readCheckpoint(runFiles(run).last);
  const { initialisers } = readOnnx(await readFile(mobile)).graph;
  for (const [name, { data: before }] of initialisers) {
    const after = tensors.get(name);
    if (after === undefined) continue;
    if (name.startsWith('encoder')) expect(after.data, name).toEqual(before);
    else expect(after.data, name).not.toEqual(before);
  }
  expect(tensors.get('encoder.features.0.1.running_mean')).toBeDefined();
});

test('2 + 2 epochs equal 4, bit for bit', async () => {
  await train('four', mobile, ...frozen.slice(0, -1), '4');
  await train('two', mobile, ...frozen);
  const resumed = ['train', '--resume', at('two'), '--epochs', '4', '--threads', '1'];
  expect((await commandLine(resumed)).code).toBe(0);
  expect(await resultOf(at('two'))).toEqual(await resultOf(at('four')));
});

test('interrupted in the middle of an epoch, it equals the run that was not', async () => {
  const { config, split } = await openRun(run);
  const { createRun } = await import('../../dist/run/index.js');
  await createRun({ folder: at('pressed'), config, split }, { source: await readFile(mobile) });
  const controller = new AbortController();
  const hooks = {
    stepped: ({ epoch, done }: { epoch: number; done: number }) =>
      epoch === 2 && done === 8 && controller.abort(),
    signal: controller.signal,
  };
  expect((await goOn(at('pressed'), { hooks })).finished).toBe(false);
  expect((await goOn(at('pressed'))).finished).toBe(true);
  expect(await resultOf(at('pressed'))).toEqual(await resultOf(run));
});

test('evaluate, calibrate, predict, submit, report and compare take it as any run', async () => {
  const threads = ['--threads', '1'];
  const evaluated = await commandLine(['evaluate', run, '--json', ...threads]);
  const metrics = JSON.parse(await readFile(runFiles(run).metrics, 'utf8'));
  expect(JSON.parse(evaluated.output).overall).toEqual(metrics.overall);
  for (const args of [
    ['calibrate', run, '--by', 'iou'],
    ['predict', run, join(data, 'test'), '-o', at('predictions')],
    ['submit', run, data, '-o', at('submission.csv')],
    ['report', run, '-o', at('report')],
    ['compare', run, at('four'), '-o', at('comparison')],
  ]) {
    const { code, messages } = await commandLine([...args, ...threads]);
    expect(code, messages).toBe(0);
  }
  const page = JSON.parse(await readFile(join(at('report'), 'data.json'), 'utf8'));
  expect(JSON.stringify(page)).toContain('mobilenet-v2-training-13.onnx');
  expect(await readFile(join(at('report'), 'index.html'), 'utf8')).toContain('encoder.*');
});

test('model.onnx: ONNX Runtime by itself gives the probability of predict, at any size', async () => {
  const bytes = await readFile(runFiles(run).model);
  const { graph, metadata } = readOnnx(bytes);
  expect(graph.inputs).toEqual([
    { name: 'image', type: 'float32', shape: ['batch', 3, 'height', 'width'] },
  ]);
  expect(graph.nodes.map(({ operator }) => operator)).not.toContain('BatchNormalization');
  expect(metadata).toMatchObject({ 'vascula.normalise': 'none', 'vascula.channel-order': 'rgb' });
  const session = await InferenceSession.create(bytes);
  await withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (predict) => {
    for (const [width, height] of [
      [32, 32],
      [45, 37],
    ] as const) {
      const image = { width, height, data: pixels(1, width, height) };
      const area = width * height;
      const planes = Float32Array.from({ length: 3 * area }, (_, i) => {
        const [channel, place] = [Math.floor(i / area), i % area];
        return image.data[3 * place + channel] as number;
      });
      const input = new Tensor('float32', planes, [1, 3, height, width]);
      const { probability } = await session.run({ image: input });
      const expected = await predict(image);
      const found = probability?.data as Float32Array;
      expect(found).toHaveLength(area);
      for (const [i, p] of expected.entries()) expect(found[i]).toBeCloseTo(p, 5);
    }
  });
  await session.release();
});

test('what was trained here can be trained on: its file says how it is fed', async () => {
  const model = runFiles(run).model;
  const { code, messages } = await train('again', model, '--crop', '32', '--epochs', '1');
  expect(code, messages).toBe(0);
  expect(messages).toContain("image     RGB (by the file's metadata), 0 to 255");
  const [first, again] = [await resultOf(run), await resultOf(at('again'))];
  expect(again.history[0]?.trainLoss).toBeLessThan(first.history[0]?.trainLoss as number);
});

test('other losses, schedules and averages hold for it too', async () => {
  const recipe = '--loss dice-bce --optimiser adamw --schedule cosine --ema 0.9'.split(' ');
  const { code, messages } = await train('recipe', mobile, ...frozen, ...recipe);
  expect(code, messages).toBe(0);
  const { tensors } = await readCheckpoint(runFiles(at('recipe')).last);
  expect([...tensors.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
});

describe('what does not fit is refused before a folder is made', () => {
  const refused = async (file: string, ...more: string[]) => {
    const { code, output, messages } = await train('refused', file, ...more);
    expect([code, output]).toEqual([1, '']);
    await expect(openRun(at('refused'))).rejects.toThrow('is missing');
    expect(messages).not.toMatch(/^\s+at |unexpected|please report/m);
    return messages.slice(messages.lastIndexOf('error: '));
  };

  test('files that are none, or not whole, or too large', async () => {
    expect(await refused(at('absent.onnx'))).toContain('absent.onnx: is missing; expected an ONNX');
    await mkdir(at('folder.onnx'));
    expect(await refused(at('folder.onnx'))).toContain(
      'folder.onnx: is a folder; expected an ONNX',
    );
    await writeFile(at('text.onnx'), 'this is no network');
    expect(await refused(at('text.onnx'))).toMatch(
      /text\.onnx: cannot be trained: not an ONNX file.*docs\/finetuning\.md says how/,
    );
    const bytes = await readFile(mobile);
    await writeFile(at('cut.onnx'), bytes.subarray(0, bytes.length - 100));
    expect(await refused(at('cut.onnx'))).toContain('cut.onnx: cannot be trained: ');
    // Sparse: it takes no room on the disk.
    await (await open(at('large.onnx'), 'w')).close();
    await truncate(at('large.onnx'), 2 ** 31);
    expect(await refused(at('large.onnx'))).toMatch(
      /large\.onnx: has 2\.0 GiB; expected a model in one file, which ends at 2 GiB/,
    );
  });

  test('an operator that is not known, by its name and node', async () => {
    const { graph } = readOnnx(await readFile(mobile));
    const nodes = graph.nodes.map((node) =>
      node.operator === 'Clip' ? { ...node, operator: 'Swish' } : node,
    );
    await writeFile(at('odd.onnx'), writeOnnx({ ...graph, nodes } satisfies Graph));
    expect(await refused(at('odd.onnx'))).toMatch(
      /odd\.onnx: has an operator not supported: Swish \(node "\/encoder\/features\.0\/.*" and \d+ more\)/,
    );
  });

  test.each([
    ['a pattern for nothing', mobile, ['--freeze', 'decoder.*'], /--freeze: decoder\.\* means no/],
    [
      'a crop that is no multiple',
      resnet,
      ['--crop', '48'],
      /--crop: 48 pixels; expected a multiple of 32 \(what the network takes\) up to 64/,
    ],
    [
      'levels that are not known',
      mobile,
      ['--deep-supervision'],
      /--deep-supervision: a network from a file; expected a U-Net/,
    ],
    ['a channel it has not', mobile, ['--output-channel', '1'], /has 1 output channel/],
    [
      'another kind than its end says',
      network('mobilenet-v3-preserved-14'),
      ['--output-kind', 'logits'],
      /logits, but Sigmoid makes the output/,
    ],
  ])('%s', async (_, file, more, says) => {
    expect(await refused(file, ...more)).toMatch(says);
  });
});

describe('a run whose file is not as it was', () => {
  const spoilt = async (spoil: (source: string) => Promise<void>) => {
    const folder = at('spoilt');
    const files = [runFiles(run), runFiles(folder)] as const;
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, 'checkpoints'), { recursive: true });
    for (const name of ['config', 'split', 'source', 'last', 'best', 'history'] as const)
      await copyFile(files[0][name], files[1][name]);
    await spoil(files[1].source);
    const results = [
      await commandLine(['train', '--resume', folder, '--epochs', '3']),
      await commandLine(['evaluate', folder]),
    ];
    const [first, second] = results.map(({ code, messages }) => {
      expect(code).toBe(1);
      return messages.slice(messages.lastIndexOf('error: '));
    });
    expect(second).toBe(first);
    return first;
  };

  test('missing, changed', async () => {
    expect(await spoilt((source) => rm(source))).toContain('source.onnx: is missing');
    expect(await spoilt((source) => copyFile(resnet, source))).toMatch(
      /source\.onnx: has the SHA-256 [0-9a-f]{64}; expected [0-9a-f]{64}, that of the network the run was started with/,
    );
  });
});
