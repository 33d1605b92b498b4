import type { ChildProcess } from 'node:child_process';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@vascula/autograd';
import { formatEvaluation } from '@vascula/core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readCheckpoint, runFiles } from '../../dist/run/index.js';
import { writeSyntheticDataset } from '../../dist/synthetic/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine, vascula } from '../support/program.js';
import { historyOf, resultOf, tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
/** A run of one epoch that tests copy before they spoil it. */
let good: string;
const at = (name: string) => join(temporary.path, name);
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  good = at('good');
  await commandLine(['train', data, '-o', good, '--epochs', '1', ...tinyFlags]);
});
afterAll(() => temporary.remove());

async function copyOfGood(name: string): Promise<string> {
  await cp(good, at(name), { recursive: true });
  return at(name);
}

test('train, then more epochs with --resume: one document on stdout, everything in the folder', async () => {
  const run = at('two');
  const first = await commandLine(['train', data, '-o', run, '--epochs', '1', ...tinyFlags]);
  expect(first.code).toBe(0);
  expect(first.output).toContain(`run      ${run}`);
  expect(first.output).toMatch(/^ +all +2 .*\d\.\d{4}$/m);
  const { code, output, messages } = await vascula([
    'train',
    '--resume',
    run,
    '--epochs',
    '2',
    '--threads',
    '1',
    '--json',
  ]);
  expect(code).toBe(0);
  const report = JSON.parse(output);
  expect(report.history).toEqual(await historyOf(run));
  expect(report.history).toHaveLength(2);
  const metrics = JSON.parse(await readFile(runFiles(run).metrics, 'utf8'));
  expect(metrics).toMatchObject(report.metrics);
  expect(metrics.tiles).toHaveLength(2);
  expect(report).toMatchObject({ run, model: join(run, 'model.onnx') });
  expect(messages).toMatch(/^unet with base 2, depth 3, kernel 3; 6 tiles to train on, 2 to /);
  expect(messages).toMatch(/epoch 2\/2 {2}train loss \d/);
  expect((await readdir(run)).sort()).toEqual([
    'checkpoints',
    'config.json',
    'history.jsonl',
    'metrics.json',
    'model.onnx',
    'split.json',
  ]);
});

test('the split follows --split and --seed; neighbours across it are said', async () => {
  const split = async (name: string, ...flags: string[]) => {
    const { code, messages } = await commandLine([
      'train',
      data,
      '-o',
      at(name),
      '--epochs',
      '1',
      ...tinyFlags,
      ...flags,
    ]);
    expect(code).toBe(0);
    return { ...JSON.parse(await readFile(runFiles(at(name)).split, 'utf8')), messages };
  };
  const table = (await readFile(join(data, 'tile_meta.csv'), 'utf8')).trim().split('\n').slice(1);
  const slideOf = new Map(table.map((row) => row.split(',').slice(0, 2) as [string, string]));
  const bySlide = await split('by-slide', '--split', 'slide', '--train-fraction', '0.6');
  const slides = (ids: string[]) => new Set(ids.map((id) => slideOf.get(id)));
  for (const slide of slides(bySlide.validation))
    expect(slides(bySlide.train)).not.toContain(slide);
  expect(bySlide.neighbours).toBe(0);
  expect(bySlide.messages).not.toContain('Note:');

  const random = await split('random', '--seed', '2');
  expect(random.train.length + random.validation.length).toBe(8);
  expect(random.train).not.toEqual(bySlide.train);
  const note = `Note: ${random.neighbours} of ${random.validation.length} validation tiles touch`;
  expect(random.messages.includes(note)).toBe(random.neighbours > 0);
  const half = await split('half', '--train-fraction', '0.5');
  expect(half.neighbours).toBeGreaterThan(0);
  expect(half.messages).toContain(`Note: ${half.neighbours} of 4 validation tiles touch`);
});

test('--fold i/k: k runs validate every tile once; run and pages say which fold they are', async () => {
  const table = (await readFile(join(data, 'tile_meta.csv'), 'utf8')).trim().split('\n').slice(1);
  const slideOf = new Map(table.map((row) => row.split(',').slice(0, 2) as [string, string]));
  const folds: { train: string[]; validation: string[] }[] = [];
  for (const number of [1, 2, 3]) {
    const run = at(`fold-${number}`);
    const flags = ['--split', 'slide', '--fold', `${number}/3`, '--epochs', '1', ...tinyFlags];
    const { code, messages } = await commandLine(['train', data, '-o', run, ...flags]);
    expect(code, messages).toBe(0);
    expect(messages).toContain(`(split: slide, fold ${number} of 3)`);
    const split = JSON.parse(await readFile(runFiles(run).split, 'utf8'));
    const config = JSON.parse(await readFile(runFiles(run).config, 'utf8'));
    expect(split.fold).toEqual({ number, of: 3 });
    expect(config.split).toEqual({ by: 'slide', seed: 0, fold: { number, of: 3 } });
    folds.push(split);
  }
  const validated = folds.flatMap(({ validation }) => validation);
  expect(validated.sort()).toEqual(
    [...slideOf.keys()].filter((id) => validated.includes(id)).sort(),
  );
  expect(new Set(validated).size).toBe(8);
  for (const { train, validation } of folds) {
    expect([...train, ...validation].sort()).toEqual(validated);
    const slides = new Set(train.map((id) => slideOf.get(id)));
    for (const id of validation) expect(slides).not.toContain(slideOf.get(id));
  }
  const text = await commandLine(['evaluate', at('fold-2'), '--threads', '1']);
  expect(text.output).toMatch(/^Validation tiles \(fold 2 of 3\), weights of epoch 1/);
  const resumed = ['train', '--resume', at('fold-2'), '--epochs', '2', '--threads', '1'];
  expect((await commandLine(resumed)).code).toBe(0);
  expect(JSON.parse(await readFile(runFiles(at('fold-2')).split, 'utf8'))).toEqual(folds[1]);
});

describe('usage: 2, nothing on stdout, the flag named', () => {
  test.each([
    [['train', 'DATA'], "required option '-o, --output <run>' not specified"],
    [['train', '-o', 'NEW'], "missing required argument 'dir'"],
    [['train', 'DATA', '-o', 'NEW', '--epoch', '3'], "unknown option '--epoch'"],
    [['train', 'DATA', '-o', 'NEW', '--kernel', '4'], 'an odd number from 1 to 15'],
    [['train', 'DATA', '-o', 'NEW', '--epochs', '0'], 'a whole number, 1 or more'],
    [['train', 'DATA', '-o', 'NEW', '--learning-rate', 'NaN'], 'a number above 0'],
    [['train', 'DATA', '-o', 'NEW', '--cutoff', '1.5'], 'a number from 0 to 1'],
    [['train', 'DATA', '-o', 'NEW', '--split', 'tile'], 'Allowed choices are random'],
    [['train', '--resume', 'GOOD', '--base', '4'], 'error: --base describes a new run'],
    [['train', '--resume', 'GOOD', '-o', 'NEW'], 'error: --output describes a new run'],
    [['train', 'DATA', '-o', 'NEW', '--fold', '4/3'], 'a fold such as 2/5'],
    [
      ['train', 'DATA', '-o', 'NEW', '--fold', '1/3', '--train-fraction', '0.5'],
      "option '--fold <i/k>' cannot be used with option '--train-fraction <x>'",
    ],
    [['train', '--resume', 'GOOD', '--fold', '1/3'], 'error: --fold describes a new run'],
    [['evaluate', 'GOOD', '--seed', '-1'], 'a whole number, 0 or more'],
    [['evaluate'], "missing required argument 'run'"],
    [['evaluate', 'GOOD', '--split', 'test'], 'Allowed choices are val, train, all'],
    [['predict', 'GOOD', 'x.png'], "required option '-o, --output <dir>'"],
    [['predict', 'GOOD', '-o', 'NEW'], "missing required argument 'paths'"],
    [['submit', 'GOOD', 'DATA'], "required option '-o, --output <file>'"],
    [['model', 'vgg'], 'Expected unet, fcn or the path of an ONNX file, NAME.onnx'],
    [['train', 'DATA', '-o', 'NEW', '--model', 'vgg'], 'Expected unet, fcn or the path of an ONNX'],
    [['train', 'DATA', '-o', 'NEW', '--freeze', 'a'], 'error: --freeze is for --model FILE.onnx'],
    [
      ['train', 'DATA', '-o', 'NEW', '--model', 'a.onnx', '--depth', '3'],
      'error: --depth describes unet',
    ],
    [
      ['train', 'DATA', '-o', 'NEW', '--normalise', 'caffe'],
      'Expected imagenet, unit, symmetric, none, or',
    ],
    [['train', '--resume', 'GOOD', '--freeze', 'a'], 'error: --freeze describes a new run'],
  ])('%j', async (args, says) => {
    const places: Record<string, string> = { DATA: data, GOOD: good, NEW: at('new') };
    const { code, output, messages } = await commandLine(args.map((arg) => places[arg] ?? arg));
    expect([code, output]).toEqual([2, '']);
    expect(messages).toContain(says);
  });
});

/** Runs a command that has to fail: exit 1, stdout empty, one line that begins with the place. */
async function fault(args: readonly string[]): Promise<string> {
  const { code, output, messages } = await commandLine(args);
  expect([code, output]).toEqual([1, '']);
  expect(messages).not.toMatch(/^\s+at |unexpected|please report/m);
  return messages.slice(messages.lastIndexOf('error: '));
}

describe('what cannot be trained on is refused before a folder is made', () => {
  test.each([
    [['--crop', '30'], '--crop: 30 pixels; expected a multiple of 4 (depth 3) up to 64'],
    [['--crop', '128'], '--crop: 128 pixels; expected a multiple of 4 (depth 3) up to 64'],
    [['--depth', '8'], 'expected tiles of at least 128 x 128 pixels for depth 8, not 64 x 64'],
    [['--micro-batch', '3'], '--micro-batch: 3 squares; expected a divisor of the batch of 4'],
    [['--base', '1024', '--depth', '7', '--crop', '64'], 'more than 500 million parameters'],
    [['--train-fraction', '0.01'], 'leave none for training'],
    [['--fold', '1/9'], '9 folds by random of 8 tiles'],
    [['--fold', '1/8', '--split', 'slide'], 'expected as many slides as folds, or more'],
    [['--polygons', 'absent.jsonl'], 'absent.jsonl: is missing'],
  ])('%j', async (flags, says) => {
    const fresh = at('refused');
    expect(await fault(['train', data, '-o', fresh, ...tinyFlags, ...flags])).toContain(says);
    await expect(readdir(fresh)).rejects.toThrow('ENOENT');
  });

  test('a folder that is not empty, and one that is a file', async () => {
    expect(await fault(['train', data, '-o', good, ...tinyFlags])).toMatch(
      /good: is not empty: it holds .*; expected a new or empty folder/,
    );
    const file = join(good, 'config.json');
    expect(await fault(['train', data, '-o', file, ...tinyFlags])).toContain(`${file}: exists`);
  });

  test('a folder that is no dataset', async () => {
    expect(await fault(['train', at('nowhere'), '-o', at('x'), ...tinyFlags])).toContain(
      `${at('nowhere')}: is missing`,
    );
  });
});

describe('memory', () => {
  afterEach(() => vi.restoreAllMocks());
  const limit = (mebibytes: number) =>
    vi.spyOn(process, 'constrainedMemory').mockReturnValue(mebibytes * 2 ** 20);
  const large = [...tinyFlags, '--base', '32', '--crop', '64', '--epochs', '1'];

  test('a run that would not fit is refused before a folder is made, and told what would', async () => {
    limit(500);
    const fresh = at('too-large');
    const message = await fault(['train', data, '-o', fresh, ...large, '--batch', '64']);
    expect(message).toMatch(
      /^error: training so takes about \d+\.\d GiB of memory, and 0\.5 GiB are available\. --micro-batch \d+ takes about 0\.\d GiB\. --no-memory-check trains all the same/,
    );
    await expect(readdir(fresh)).rejects.toThrow('ENOENT');
    const [, flag] = /--micro-batch (\d+)/.exec(message) as RegExpExecArray;
    const args = ['--batch', '64', '--micro-batch', flag as string];
    const { code, messages } = await commandLine(['train', data, '-o', fresh, ...large, ...args]);
    expect(code).toBe(0);
    expect(messages).toContain(`batches of 64 x 64 x 64, ${flag} at a time; about 0.`);
  });

  test('a limit that nothing fits, or below what a run to be resumed takes', async () => {
    limit(100);
    const args = ['train', data, '-o', at('nothing-fits'), ...tinyFlags];
    expect(await fault(args)).toContain('Lower --crop, --base or --depth, or close other');
    const run = await copyOfGood('too-large-to-resume');
    const resume = ['train', '--resume', run, '--epochs', '2', '--threads', '1'];
    expect(await fault(resume)).toContain('Go on with it on a larger machine');
    expect((await commandLine([...resume, '--no-memory-check'])).code).toBe(0);
  });
});

describe('a run folder at fault', () => {
  test.each([
    ['config.json', '', 'config.json: is not JSON'],
    ['config.json', '{"format": "vascula run 1", "vers', 'config.json: is not JSON'],
    ['config.json', '[]', 'config.json: found []; expected an object'],
    ['split.json', '{"train": ["a"], "validation": []}', 'split.json: validation: found []'],
    ['split.json', '{"train":["a"],"validation":["a"],"neighbours":0}', 'validation[0]: found "a"'],
    [
      'split.json',
      '{"train":["a"],"validation":["b"],"neighbours":0,"fold":{"number":3,"of":2}}',
      'split.json: fold.number: found 3; expected one of the folds',
    ],
    ['checkpoints/last.safetensors', 'no tensors', 'last.safetensors: is no checkpoint'],
  ])('%s holding %s', async (name, text, says) => {
    const run = await copyOfGood(`spoilt-${name.replace('/', '-')}-${text.length}`);
    await writeFile(join(run, name), text);
    expect(await fault(['train', '--resume', run])).toContain(says);
  });

  test.each([
    [['recipe', 'epoch'], 3, 'recipe.epoch: is not known'],
    [['recipe', 'batch'], '4', 'recipe.batch: found "4"; expected a number'],
    [['recipe', 'batch'], 0, 'recipe.batch: found 0; expected a number above 0'],
    [
      ['recipe', 'microBatch'],
      3,
      'recipe.microBatch: found 3; expected a divisor of the batch of 4',
    ],
    [['recipe', 'crop'], 30, 'recipe.crop: found 30; expected a multiple of 4'],
    [['model', 'kernel'], 4, 'model.kernel: found 4; expected an odd number'],
    [['model', 'inputChannels'], 1, 'model.inputChannels: found 1; expected 3'],
    [
      ['model', 'architecture'],
      'vgg',
      'model.architecture: found "vgg"; expected unet, fcn or onnx',
    ],
    [['split', 'trainFraction'], 1, 'split.trainFraction: found 1; expected a number below 1'],
    [
      ['split', 'trainFraction'],
      undefined,
      'split.trainFraction: found nothing; expected trainFraction or fold, and not both',
    ],
    [
      ['split', 'fold'],
      { number: 1, of: 1 },
      'split.fold.of: found 1; expected a number at least 2',
    ],
    [
      ['split', 'fold'],
      { number: 1, of: 5 },
      'split.trainFraction: found 0.8; expected trainFraction or fold, and not both',
    ],
    [['format'], 'vascula run 2', 'format: found "vascula run 2"; expected vascula run 1'],
    [['data'], undefined, 'data: found nothing; expected an object'],
  ])('config.json with %j = %j', async (path, value, says) => {
    const run = await copyOfGood(`config-${path.join('-')}-${JSON.stringify(value)?.length}`);
    const { config: file } = runFiles(run);
    const config = JSON.parse(await readFile(file, 'utf8'));
    const parent = path.slice(0, -1).reduce((object, key) => object[key], config);
    parent[path.at(-1) as string] = value;
    await writeFile(file, JSON.stringify(config));
    const message = await fault(['train', '--resume', run]);
    expect(message).toContain(`${file}: ${says}`);
    expect(await fault(['evaluate', run])).toBe(message);
  });

  test('no run, or a part of it missing', async () => {
    expect(await fault(['train', '--resume', at('nowhere')])).toContain(
      `${at('nowhere/config.json')}: is missing; expected the folder of a run`,
    );
    expect(await fault(['predict', data, join(data, 'test'), '-o', at('p')])).toContain(
      'expected the folder of',
    );
    const run = await copyOfGood('without-split');
    await rm(runFiles(run).split);
    expect(await fault(['evaluate', run])).toContain('split.json: is missing');
  });

  test('checkpoints cut short, of another model, without slots, with NaN, of another kind', async () => {
    const run = await copyOfGood('checkpoints');
    const { last, best } = runFiles(run);
    const bytes = await readFile(last);
    const { tensors, progress } = await readCheckpoint(last);
    const metadata = { format: 'vascula checkpoint 1', progress: JSON.stringify(progress) };
    const write = (change: Record<string, number[] | undefined>, meta = metadata) => {
      const changed = new Map(tensors);
      for (const [name, values] of Object.entries(change)) {
        changed.delete(name);
        if (values !== undefined)
          changed.set(name, {
            type: 'float32',
            shape: [values.length],
            data: Float32Array.from(values),
          });
      }
      return writeFile(last, writeSafetensors(changed, meta));
    };
    const resume = () => fault(['train', '--resume', run, '--epochs', '2']);

    await writeFile(last, bytes.subarray(0, bytes.length - 10));
    expect(await resume()).toMatch(/last\.safetensors: is no checkpoint: .*\. It is damaged/);
    await writeFile(last, bytes.subarray(0, 100));
    expect(await resume()).toContain('last.safetensors: is no checkpoint');
    await write({ 'head.bias': [1, 2] });
    expect(await resume()).toMatch(/last\.safetensors: head\.bias: is float32 \[2\]; expected/);
    await write({ 'head.bias': undefined });
    expect(await resume()).toContain('last.safetensors: head.bias: is missing');
    const slot = [...tensors.keys()].find((name) => name.startsWith('optimiser/')) as string;
    await write({ [slot]: undefined });
    expect(await resume()).toContain(`last.safetensors: ${slot}: is missing`);
    await write({ 'head.bias': [Number.NaN] });
    expect(await resume()).toContain('head.bias: holds NaN; expected finite numbers');
    await write({}, { ...metadata, format: 'pt' });
    expect(await resume()).toContain('its format is pt, not vascula checkpoint 1');
    await write({}, { ...metadata, progress: JSON.stringify({ ...progress, history: [] }) });
    expect(await resume()).toContain('history: found []; expected a record for each finished');
    await writeFile(best, bytes.subarray(0, bytes.length - 1));
    expect(await fault(['evaluate', run])).toContain('best.safetensors: is no checkpoint');
    expect(await fault(['submit', run, data, '-o', at('s.csv')])).toContain('best.safetensors');
  });

  test('fewer epochs than are done', async () => {
    const run = await copyOfGood('fewer');
    await commandLine(['train', '--resume', run, '--epochs', '2', '--threads', '1']);
    expect(await fault(['train', '--resume', run, '--epochs', '1'])).toContain(
      '--epochs: 1, where the run has finished 2 already; expected 2 or more',
    );
  });

  test('a run with no finished epoch has nothing to evaluate, predict or submit', async () => {
    const run = await copyOfGood('unfinished');
    await rm(runFiles(run).best);
    const says = `${run}: holds no trained weights: no epoch was finished; expected`;
    expect(await fault(['evaluate', run])).toContain(says);
    expect(await fault(['predict', run, data, '-o', at('p')])).toContain('holds no image');
    expect(await fault(['predict', run, join(data, 'test'), '-o', at('p')])).toContain(says);
    expect(await fault(['submit', run, data, '-o', at('s.csv')])).toContain(says);
  });
});

describe('data that changed', () => {
  test('moved: said, and named with --resume RUN DIR or --data; remembered', async () => {
    const run = await copyOfGood('moved-run');
    const [here, there] = [at('here'), at('there')];
    await cp(data, here, { recursive: true });
    await commandLine(['train', '--resume', run, here, '--epochs', '1', '--threads', '1']);
    await rename(here, there);
    const message = await fault(['train', '--resume', run, '--epochs', '2']);
    expect(message).toContain(`${here}: is missing. Have they moved? Name the folder: vascula`);
    expect(await fault(['evaluate', run])).toContain('Name the folder with --data');
    const config = JSON.parse(await readFile(runFiles(run).config, 'utf8'));
    expect(config.recipe.epochs).toBe(1);
    const resumed = ['train', '--resume', run, there, '--epochs', '2', '--threads', '1'];
    expect((await commandLine(resumed)).code).toBe(0);
    expect((await commandLine(['evaluate', run])).code).toBe(0);
    await rename(there, here);
    expect((await commandLine(['evaluate', run, '--data', here])).code).toBe(0);
  });

  test('tiles of another size, and tiles that are no longer there', async () => {
    const run = await copyOfGood('other-data');
    const large = at('large');
    await writeSyntheticDataset(large, { tiles: 2, size: 96, seed: 1 });
    expect(await fault(['train', '--resume', run, large, '--epochs', '2'])).toContain(
      `${large}: has tiles of 96 x 96 pixels; expected 64 x 64`,
    );
    const other = at('other');
    await writeSyntheticDataset(other, { tiles: 2, size: 64, seed: 1 });
    const says =
      /other: has no labelled tile \w+ and 7 more of the run's split\.json; expected all 8/;
    expect(await fault(['train', '--resume', run, other, '--epochs', '2'])).toMatch(says);
    expect(await fault(['evaluate', run, '--data', other])).toMatch(/\w+ and 1 more .* all 2 of/);
    const whole = await commandLine(['evaluate', run, '--data', large, '--split', 'all', '--json']);
    expect(JSON.parse(whole.output).tiles).toHaveLength(2);
    const config = JSON.parse(await readFile(runFiles(run).config, 'utf8'));
    expect([config.data.folder, config.recipe.epochs]).toEqual([data, 1]);
  });
});

test('a diverging run ends with a message, 1', async () => {
  const message = await fault([
    'train',
    data,
    '-o',
    at('diverging'),
    ...tinyFlags,
    '--learning-rate',
    '1e30',
  ]);
  expect(message).toMatch(
    /diverging: training diverged: the loss of step \d+ of epoch 1 is (NaN|Infinity); all parameters are finite, the first layer whose output is not is \S+\. To mend it/,
  );
});

describe.skipIf(process.platform === 'win32')('Ctrl-C in a process of its own', () => {
  /** Presses it after so many milliseconds, each counted from when the text was printed. */
  const press = (text: string, ...delays: readonly number[]) => {
    const pressed: number[] = [];
    const act = (child: ChildProcess) => {
      let seen = '';
      child.stderr?.on('data', (chunk) => {
        const before = seen.includes(text);
        seen += chunk;
        if (before || !seen.includes(text)) return;
        for (const delay of delays)
          setTimeout(() => {
            pressed.push(performance.now());
            child.kill('SIGINT');
          }, delay);
      });
    };
    return { act, pressed };
  };

  test('once: saved, 130, and the resumed run equals one that was not interrupted', async () => {
    const run = at('pressed');
    const args = ['train', data, '-o', run, '--epochs', '500', ...tinyFlags, '--json'];
    const { code, output, messages } = await vascula(args, press('epoch 1/500', 0).act);
    expect([code, output]).toEqual([130, '']);
    expect(messages).toContain('finishing the step under way');
    expect(messages).toContain(`Saved. Go on with: vascula train --resume ${run}\n`);
    const { progress } = await readCheckpoint(runFiles(run).last);
    const epochs = `${progress.epochs + 1}`;
    expect(progress.epochs).toBeLessThan(500);
    expect(
      (await commandLine(['train', '--resume', run, '--epochs', epochs, '--threads', '1'])).code,
    ).toBe(0);
    await commandLine(['train', data, '-o', at('straight'), '--epochs', epochs, ...tinyFlags]);
    expect(await resultOf(run)).toEqual(await resultOf(at('straight')));
  });

  test('before the first step: saved, and resumed', async () => {
    const run = at('at-once');
    const args = ['train', data, '-o', run, '--epochs', '1', ...tinyFlags];
    const { code, messages } = await vascula(args, press('unet with base', 0).act);
    expect(code).toBe(130);
    expect(messages).toContain('--resume');
    expect((await commandLine(['train', '--resume', run, '--threads', '1'])).code).toBe(0);
    expect(await resultOf(run)).toEqual(await resultOf(good));
  });

  test('twice: 130 at once, the folder is readable and goes on', async () => {
    const run = at('twice');
    // An epoch of one step that takes about a second: both come in the middle of the next one.
    const tiles = at('two-tiles');
    await writeSyntheticDataset(tiles, { tiles: 2, size: 256, seed: 1 });
    const flags = '--base 16 --depth 3 --kernel 5 --crop 256 --batch 3 --threads 1 --epochs 99';
    const { act, pressed } = press('epoch 1/99', 150, 300);
    const { code, output, messages } = await vascula(
      ['train', tiles, '-o', run, ...flags.split(' ')],
      act,
    );
    const waited = (performance.now() - pressed[1]) / 1000;
    expect([code, output]).toEqual([130, '']);
    expect(waited).toBeLessThan(0.6 * ((await historyOf(run))[0].seconds as number));
    expect(messages).not.toMatch(/Saved|terminate|abort|^\s+at /m);
    const { progress } = await readCheckpoint(runFiles(run).last);
    expect(progress.epochs).toBeGreaterThan(0);
    const { code: evaluated } = await commandLine(['evaluate', run]);
    expect(evaluated).toBe(0);
  });
});

test('the printed table is that of metrics.json', async () => {
  const { metrics } = runFiles(good);
  const evaluation = JSON.parse(await readFile(metrics, 'utf8'));
  const { output } = await commandLine(['evaluate', good]);
  expect(output).toContain(formatEvaluation(evaluation));
});
