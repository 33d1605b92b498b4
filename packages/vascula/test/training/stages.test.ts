import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { touchingTraining } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../dist/dataset/index.js';
import { openRun, readCheckpoint, runFiles } from '../../dist/run/index.js';
import { writeSyntheticDataset } from '../../dist/synthetic/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { goOn, resultOf } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let datasetOf: Map<string, string>;
const at = (name: string) => join(temporary.path, name);
const tiny =
  '--base 2 --depth 2 --kernel 3 --crop 32 --batch 4 --learning-rate 0.01 --epochs 2 --threads 1'.split(
    ' ',
  );
/** First the weak labels, then the reviewed ones; both validate on reviewed tiles. */
const weak = ['--train-datasets', '2', '--validation-datasets', '1'];
const fine = ['--train-datasets', '1', '--validation-datasets', '1'];
const train = (name: string, ...flags: string[]) =>
  commandLine(['train', data, '-o', at(name), ...tiny, ...flags]);

async function trained(name: string, ...flags: string[]) {
  const { code, messages } = await train(name, ...flags);
  expect(code, messages).toBe(0);
  return openRun(at(name));
}

async function refused(name: string, ...flags: string[]): Promise<string> {
  const { code, output, messages } = await train(name, ...flags);
  expect([code, output]).toEqual([1, '']);
  await expect(readdir(at(name))).rejects.toThrow('ENOENT');
  return messages;
}

beforeAll(async () => {
  temporary = await temporaryFolder();
  data = at('data');
  await writeSyntheticDataset(data, { tiles: 14, size: 64, seed: 5 });
  const { tiles } = await openDataset(data);
  datasetOf = new Map(tiles.map(({ id, dataset }) => [id, `${dataset}`]));
  await trained('whole');
  await trained('weak', ...weak);
  await trained('fine', ...fine, '--from', at('weak'));
});
afterAll(() => temporary.remove());

describe('the tiles of some datasets', () => {
  test('are left on each side of a split that is made of all', async () => {
    const whole = (await openRun(at('whole'))).split;
    const { split, config } = await openRun(at('weak'));
    expect(config.datasets).toEqual({ train: ['2'], validation: ['1'] });
    expect(split.train).toEqual(whole.train.filter((id) => datasetOf.get(id) === '2'));
    expect(split.validation).toEqual(whole.validation.filter((id) => datasetOf.get(id) === '1'));
    expect(Math.min(split.train.length, split.validation.length)).toBeGreaterThan(0);
    expect(split.train.length).toBeLessThan(whole.train.length);
  });

  test('a dataset without a labelled tile, and a side that is left without any', async () => {
    expect(await refused('none', '--train-datasets', '1,7')).toContain(
      '--train-datasets: dataset 7 has no labelled tile; expected some of 1, 2',
    );
    const slides = ['--split', 'slide', '--fold', '1/4', '--validation-datasets', '1'];
    const folds = [1, 2, 3, 4].map((n) => slides.map((flag) => flag.replace('1/4', `${n}/4`)));
    const messages: string[] = [];
    for (const [k, flags] of folds.entries())
      messages.push((await train(`s${k}`, ...flags)).messages);
    const empty = messages.filter((text) => text.includes('error:'));
    expect(empty.length).toBeGreaterThan(0);
    expect(empty[0]).toMatch(
      /--validation-datasets: none of the tiles of fold \d of 4 to validate on is of dataset 1/,
    );
  });
});

describe('weights of another run', () => {
  test('are where training begins, with a fresh optimiser', async () => {
    await trained('begun', ...fine, '--from', at('weak'));
    const { last, best } = runFiles(at('begun'));
    for (const path of [last, best, runFiles(at('begun')).history]) await rm(path);
    const stopped = new AbortController();
    stopped.abort();
    await goOn(at('begun'), { hooks: { signal: stopped.signal } });
    const source = await readCheckpoint(runFiles(at('weak')).best);
    const begun = await readCheckpoint(last);
    expect(begun.progress).toEqual({ epochs: 0, step: 0, lossSum: 0, history: [] });
    for (const [name, tensor] of begun.tensors)
      if (name.startsWith('optimiser/'))
        expect(
          (tensor.data as Float32Array).every((value) => value === 0),
          name,
        ).toBe(true);
      else expect(tensor, name).toEqual(source.tensors.get(name));
  });

  test('are recorded: the run, the epoch, the digest, the tiles they have seen', async () => {
    const { config, split } = await openRun(at('fine'));
    const source = await openRun(at('weak'));
    const { best } = runFiles(at('weak'));
    const digest = createHash('sha256')
      .update(await readFile(best))
      .digest('hex');
    const { epochs: epoch } = (await readCheckpoint(best)).progress;
    expect(config.from).toEqual({ run: at('weak'), epoch, digest });
    expect(split.earlier).toEqual(source.split.train);
    expect(split.validation).toEqual(source.split.validation);
    expect(await readFile(runFiles(at('fine')).initial)).toEqual(await readFile(best));
    expect((await resultOf(at('fine'))).last.tensors).not.toEqual(
      (await resultOf((await trained('fresh', ...fine)).folder)).last.tensors,
    );
  });

  test('of a run that itself began with others: the tiles of both have been seen', async () => {
    const { split } = await trained('third', ...weak, '--from', at('fine'));
    const before = await openRun(at('fine'));
    expect(split.earlier).toEqual([...before.split.train, ...before.split.earlier].sort());
  });

  test('tiles beside those seen by an earlier run count as neighbours', async () => {
    const { config, split } = await openRun(at('third'));
    const { tiles } = await openDataset(data);
    const side = config.data.tileSize.width;
    const beside = touchingTraining(
      tiles,
      { ...split, train: [...split.train, ...split.earlier] },
      side,
    );
    expect(split.neighbours).toBe(beside.length);
    expect(beside.length).toBeGreaterThan(touchingTraining(tiles, split, side).length);
    const { tiles: scored } = JSON.parse(await readFile(runFiles(at('third')).metrics, 'utf8'));
    expect(
      scored.flatMap((tile: { id: string; besideTraining: boolean }) =>
        tile.besideTraining ? [tile.id] : [],
      ),
    ).toEqual(beside);
  });

  test.each([
    ['before the first step', 0],
    ['in the middle of the second epoch', 2],
  ])('stopped %s, and the other run gone: it equals one that was not', async (_, epoch) => {
    const name = `stopped-${epoch}`;
    await cp(at('weak'), at(`${name}-source`), { recursive: true });
    await trained(name, ...fine, '--from', at(`${name}-source`));
    await rm(at(`${name}-source`), { recursive: true });
    const files = runFiles(at(name));
    for (const path of [files.last, files.best, files.history]) await rm(path);
    const stopped = new AbortController();
    if (epoch === 0) stopped.abort();
    await goOn(at(name), {
      hooks: { signal: stopped.signal, stepped: (now) => now.epoch === epoch && stopped.abort() },
    });
    const { code } = await commandLine(['train', '--resume', at(name), '--threads', '1']);
    expect(code).toBe(0);
    expect(await resultOf(at(name))).toEqual(await resultOf(at('fine')));
  });

  test('a copy that is another, or missing, is no beginning', async () => {
    await cp(at('fine'), at('spoilt'), { recursive: true });
    const files = runFiles(at('spoilt'));
    for (const path of [files.last, files.history]) await rm(path);
    await cp(files.best, files.initial);
    const resume = () => commandLine(['train', '--resume', at('spoilt'), '--threads', '1']);
    const { from } = (await openRun(at('spoilt'))).config;
    const first = await resume();
    expect(first.code).toBe(1);
    expect(first.messages).toMatch(
      new RegExp(`initial.safetensors: has the SHA-256 \\w{64}; expected ${from?.digest}, as `),
    );
    await rm(files.initial);
    expect((await resume()).messages).toContain(`${files.initial}: is missing`);
  });

  test('are refused where they have seen a tile that is to be validated on', async () => {
    const messages = await refused('leak', '--from', at('whole'), '--seed', '1');
    const seen = new Set((await openRun(at('whole'))).split.train);
    const [, found, of, list] =
      /trained on (\d+) of the (\d+) tiles that would be validated on: (.*?);/.exec(
        messages,
      ) as RegExpExecArray;
    const ids = (list as string).split(', ');
    expect(ids).toHaveLength(Number(found));
    expect(Number(of)).toBeGreaterThanOrEqual(ids.length);
    for (const id of ids) expect(seen).toContain(id);
    expect(messages).toContain(
      'The same split keeps them apart: --split random --seed 0 --train-fraction 0.8',
    );
  });

  test('are refused where they have seen the pixels of such a tile under another name', async () => {
    const twins = at('twins');
    await cp(data, twins, { recursive: true });
    const [first] = (await openRun(at('weak'))).split.validation as [string];
    const twin = 'ffff00000001';
    await cp(join(twins, 'train', `${first}.tif`), join(twins, 'train', `${twin}.tif`));
    const append = async (name: string, change: (line: string) => string) => {
      const text = await readFile(join(twins, name), 'utf8');
      const line = text.split('\n').find((one) => one.includes(first)) as string;
      await writeFile(join(twins, name), `${text.trimEnd()}\n${change(line)}\n`);
    };
    await append('polygons.jsonl', (line) => line.replace(first, twin));
    await append('tile_meta.csv', (line) => {
      const [, source, , ...rest] = line.split(',');
      return [twin, source, '2', ...rest].join(',');
    });
    const trainTwins = (name: string, ...flags: string[]) =>
      commandLine(['train', twins, '-o', at(name), ...tiny, ...flags]);
    const kept = await trainTwins('twin-weak', '--train-datasets', '2', '--duplicates', 'keep');
    expect(kept.code, kept.messages).toBe(0);
    const { split } = await openRun(at('twin-weak'));
    // Where the twin was trained on, its original is among the tiles that one of these seeds validates on.
    expect(split.train).toContain(twin);
    const answers: string[] = [];
    for (const seed of ['0', '1', '2', '3', '4', '5', '6', '7']) {
      const flags = ['--train-datasets', '1', '--validation-datasets', '1', '--seed', seed];
      const { messages } = await trainTwins(`twin-${seed}`, ...flags, '--from', at('twin-weak'));
      answers.push(/validated on: ([^;]*);/.exec(messages)?.[1] ?? '');
    }
    expect(answers.some((ids) => ids.split(', ').includes(first))).toBe(true);
  });

  test('are refused where the network differs, or there are none', async () => {
    expect(await refused('other', ...fine, '--from', at('weak'), '--base', '4')).toContain(
      `--from: ${at('weak')} has another network: base 2; expected as this run has it: base 4. ` +
        'Its own is --model unet --base 2 --depth 2 --kernel 3 --convolutions 1',
    );
    expect(await refused('nowhere', '--from', at('absent'))).toContain(
      `${join(at('absent'), 'config.json')}: is missing`,
    );
    await cp(at('weak'), at('untrained'), { recursive: true });
    await rm(runFiles(at('untrained')).best);
    expect(await refused('nothing', '--from', at('untrained'))).toContain(
      'holds no trained weights',
    );
    const { code, messages } = await commandLine(['train', '--resume', at('fine'), '--from', 'x']);
    expect(code).toBe(2);
    expect(messages).toContain('error: --from describes a new run');
  });

  test('runs of before are read as they were: all datasets, fresh weights', async () => {
    await cp(at('whole'), at('old'), { recursive: true });
    const files = runFiles(at('old'));
    const { datasets: _, from: __, ...config } = JSON.parse(await readFile(files.config, 'utf8'));
    const { earlier: ___, ...split } = JSON.parse(await readFile(files.split, 'utf8'));
    await writeFile(files.config, JSON.stringify(config));
    await writeFile(files.split, JSON.stringify(split));
    expect((await openRun(at('old'))).config).toEqual((await openRun(at('whole'))).config);
    expect((await openRun(at('old'))).split.earlier).toEqual([]);
  });
});

describe('both stages as folds', () => {
  test('each fold goes on from the same fold of the other', async () => {
    const folds = ['--folds', '2', '--split', 'position'];
    expect((await train('weak-folds', ...folds, ...weak)).code).toBe(0);
    const { code, messages } = await train(
      'fine-folds',
      ...folds,
      ...fine,
      '--from',
      at('weak-folds'),
    );
    expect(code, messages).toBe(0);
    for (const number of [1, 2]) {
      const source = join(at('weak-folds'), `fold-${number}`);
      const { config, split } = await openRun(join(at('fine-folds'), `fold-${number}`));
      expect(config.from?.run).toBe(source);
      expect(split.earlier).toEqual((await openRun(source)).split.train);
    }
    const metrics = JSON.parse(await readFile(runFiles(at('fine-folds')).metrics, 'utf8'));
    const reviewed = [...datasetOf].filter(([, dataset]) => dataset === '1').map(([id]) => id);
    expect(metrics.tiles.map(({ id }: { id: string }) => id).sort()).toEqual(reviewed.sort());
  });

  test('not from another number of folds, nor from one run that has seen their tiles', async () => {
    const three = ['--folds', '3', '--split', 'position', ...fine];
    expect(await refused('three', ...three, '--from', at('weak-folds'))).toContain(
      `--from: ${at('weak-folds')} has 2 folds; expected 3, as --folds says`,
    );
    const one = join(at('weak-folds'), 'fold-1');
    expect(await refused('one', '--folds', '2', '--split', 'position', '--from', one)).toContain(
      'The same split keeps them apart: --split position --seed 0 --fold 1/2, or --folds 2 from the folder of all its folds',
    );
    expect(await refused('folder', ...fine, '--from', at('weak-folds'))).toContain(
      'holds the folds of a cross-validation',
    );
  });
});
