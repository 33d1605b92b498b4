import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { readImage } from '../../dist/prediction/index.js';
import { pixels, temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let image: string;
const at = (...names: string[]) => join(temporary.path, ...names);

beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  const train = (name: string, ...flags: string[]) =>
    commandLine(['train', data, '-o', at(name), '--epochs', '1', ...tinyFlags, ...flags]);
  await train('one', '--train-fraction', '0.5');
  // Another size of network, trained on other tiles, with another cutoff.
  await train('two', ...'--depth 4 --seed 3 --train-fraction 0.5 --cutoff 0.4'.split(' '));
  await mkdir(at('folds'));
  for (const fold of [1, 2])
    await train(`folds/fold-${fold}`, '--fold', `${fold}/2`, '--cutoff', '0.4');
  image = at('image.png');
  await sharp(pixels(3, 150, 90), { raw: { width: 150, height: 90, channels: 3 } }).toFile(image);
});
afterAll(() => temporary.remove());

const mapOf = (run: string, flags: object = {}) =>
  withPredictor(new RecordingTerminal(), run, { threads: 1, ...flags }, async (predict) =>
    predict(await readImage(image)),
  );

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, p) => Math.max(most, Math.abs(value - b[p])), 0);

const mean = (maps: Float32Array[]) =>
  maps[0].map((_, p) => maps.reduce((sum, map) => sum + map[p], 0) / maps.length);

const predict = async (run: string, ...flags: string[]) => {
  const folder = at(`out-${Math.random()}`);
  const all = ['predict', run, image, '-o', folder, '--threads', '1', '--json', ...flags];
  const { code, output, messages } = await commandLine(all);
  expect(messages).not.toMatch(/unexpected|^\s+at /m);
  const probability = async () =>
    sharp(join(folder, 'image.probability.png')).extractChannel(0).raw().toBuffer();
  return { code, output, messages, probability };
};

const bytesOf = (map: Float32Array) => Buffer.from(map.map((p) => Math.round(255 * p)));

describe('several runs', () => {
  test('probabilities are averaged; whose rule it is, is said', async () => {
    const expected = mean([await mapOf(at('one')), await mapOf(at('two'))]);
    const { code, output, messages, probability } = await predict(at('one'), '--with', at('two'));
    expect(code).toBe(0);
    expect(await probability()).toEqual(bytesOf(expected));
    const report = JSON.parse(output);
    expect(report.prediction).toMatchObject({
      runs: [
        { folder: at('one'), epoch: 1 },
        { folder: at('two'), epoch: 1 },
      ],
      images: { whole: 1, exact: 0, blended: 0 },
    });
    expect(report.rules[0].rule.low).toBe(0.8);
    expect(messages).toContain(
      `Note: the rule is that of ${at('one')}, the first run; ${at('two')} has the notebook's: cutoff 0.4.`,
    );
    expect(messages).toContain(`means of 2 runs: ${at('one')} (epoch 1), ${at('two')} (epoch 1).`);
    const own = await predict(at('one'), '--with', at('two'), '--cutoff', '0.5');
    expect(own.messages).toContain('the first run; the others have the same');
    // Nothing of it is said of one run.
    expect((await predict(at('one'))).messages).not.toContain('Note:');
  });

  test('a folder of folds is all of them, and can be averaged with others', async () => {
    const folds = await Promise.all([1, 2].map((k) => mapOf(at('folds', `fold-${k}`))));
    expect(largestDifference(folds[0], folds[1])).toBeGreaterThan(1e-3);
    expect(largestDifference(await mapOf(at('folds')), mean(folds))).toBeLessThan(1e-6);
    const all = await mapOf(at('one'), { with: [at('folds')] });
    expect(largestDifference(all, mean([await mapOf(at('one')), ...folds]))).toBeLessThan(1e-6);
  });

  test('submit averages likewise', async () => {
    const path = at('ensemble.csv');
    const { code, output } = await commandLine(
      `submit ${at('folds')} ${data} -o ${path} --threads 1 --tta flips --json`.split(' '),
    );
    expect(code).toBe(0);
    expect(JSON.parse(output).prediction).toMatchObject({
      runs: [{ folder: at('folds', 'fold-1') }, { folder: at('folds', 'fold-2') }],
      tta: 'flips',
      images: { whole: 3 },
    });
  });

  test('refused: a missing fold, a run named twice, no run, one without weights', async () => {
    const fault = async (...args: string[]) => {
      const { code, messages } = await predict(args[0], ...args.slice(1));
      expect(code).toBe(1);
      return messages;
    };
    await rename(at('folds', 'fold-2'), at('aside'));
    expect(await fault(at('folds'))).toContain(
      `${at('folds', 'fold-2')}: is missing; expected the runs of all 2 folds`,
    );
    await rename(at('folds', 'fold-1'), at('folds', 'fold-2'));
    expect(await fault(at('folds'))).toContain(`${at('folds', 'fold-1')}: is missing`);
    await rename(at('folds', 'fold-2'), at('folds', 'fold-1'));
    await rename(at('aside'), at('folds', 'fold-2'));
    expect(await fault(at('one'), '--with', at('two'), '--with', at('one'))).toContain(
      `${at('one')}: is named twice`,
    );
    expect(await fault(at('one'), '--with', at('nowhere'))).toContain('nowhere');
    await cp(at('two'), at('begun'), { recursive: true });
    await rm(at('begun', 'checkpoints', 'best.safetensors'));
    expect(await fault(at('one'), '--with', at('begun'))).toContain(
      `${at('begun')}: holds no trained weights`,
    );
  });
});

describe('evaluate', () => {
  const evaluate = (...args: string[]) =>
    commandLine(['evaluate', ...args, '--threads', '1', '--json']);

  test('counts the tiles that no run was trained on, and says how it predicted', async () => {
    const { code, output, messages } = await evaluate(
      at('one'),
      ...['--with', at('two'), '--tta', 'dihedral', '--window', '64'],
    );
    expect(code).toBe(0);
    const { prediction, tiles } = JSON.parse(output);
    const { validation } = JSON.parse(await readFile(at('one', 'split.json'), 'utf8'));
    const { train } = JSON.parse(await readFile(at('two', 'split.json'), 'utf8'));
    const unseen = validation.filter((id: string) => !train.includes(id));
    expect(tiles.map(({ id }: { id: string }) => id)).toEqual(unseen);
    expect(prediction).toMatchObject({
      tta: 'dihedral',
      window: 64,
      images: { whole: unseen.length, exact: 0, blended: 0 },
    });
    expect(messages).toContain('means over eight mirrorings and turns');
    expect(messages).toContain(`the cutoff is that of ${at('one')}; other runs have another`);
    expect(unseen.length < validation.length).toBe(messages.includes('another run was trained on'));
  });

  test('refuses folds that between them were trained on every tile', async () => {
    const { code, messages } = await evaluate(
      at('folds', 'fold-1'),
      ...['--with', at('folds', 'fold-2')],
    );
    expect(code).toBe(1);
    expect(messages).toContain('has no validation tile that no other run was trained on');
    expect(messages).toContain('Score on other tiles with --data DIR --split all');
    const all = ['--with', at('folds', 'fold-2'), '--data', data, '--split', 'all'];
    const scored = await evaluate(at('folds', 'fold-1'), ...all);
    expect([scored.code, JSON.parse(scored.output).tiles.length]).toEqual([0, 8]);
  });

  test('metrics.json says that a run was alone, and tiles as they are', async () => {
    const { prediction } = JSON.parse(await readFile(at('one', 'metrics.json'), 'utf8'));
    expect(prediction).toMatchObject({ tta: 'none', window: null, overlap: null });
    expect(prediction.runs).toEqual([{ folder: at('one'), epoch: 1 }]);
    expect(prediction.images.whole).toBeGreaterThan(0);
  });
});

describe('windows', () => {
  test('give the whole image, to rounding; too little overlap is blended, and said', async () => {
    const whole = await mapOf(at('one'));
    const exact = await mapOf(at('one'), { window: 64 });
    expect(largestDifference(exact, whole)).toBeLessThan(1e-5);
    const blended = await mapOf(at('one'), { window: 32, overlap: 8 });
    expect(largestDifference(blended, whole)).toBeGreaterThan(1e-4);
    const { output, messages } = await predict(at('one'), '--window', '32', '--overlap', '8');
    expect(JSON.parse(output).images[0].tiling).toEqual({ window: 32, overlap: 8, exact: false });
    expect(messages).toContain('Note: 1 image was predicted in windows that were averaged');
  });

  test('suit all networks of an ensemble', async () => {
    const both = { with: [at('two')] };
    const whole = await mapOf(at('one'), both);
    const cut = await mapOf(at('one'), { ...both, window: 112 });
    expect(largestDifference(cut, whole)).toBeLessThan(1e-5);
    const refused = await predict(at('one'), '--with', at('two'), '--window', '116');
    expect(refused.code).toBe(1);
    expect(refused.messages).toContain('--window: is 116; expected a multiple of 8, such as 120');
    expect((await predict(at('one'), '--window', '116')).code).toBe(0);
  });

  test('--tta dihedral: a mirrored image gives the mirrored map', async () => {
    const map = await mapOf(at('one'), { tta: 'dihedral' });
    await sharp(await sharp(image).flop().toBuffer()).toFile(at('flopped.png'));
    const flopped = await withPredictor(
      new RecordingTerminal(),
      at('one'),
      { threads: 1, tta: 'dihedral' },
      async (predict) => predict(await readImage(at('flopped.png'))),
    );
    const back = map.map((_, p) => flopped[p - (p % 150) + 149 - (p % 150)]);
    expect(largestDifference(back, map)).toBeLessThan(1e-6);
  });

  test('flags that cannot be read are usage errors', async () => {
    for (const flags of [
      ['--window', 'all'],
      ['--window', '0'],
      ['--overlap', '-8'],
      ['--tta', 'many'],
    ])
      expect((await predict(at('one'), ...flags)).code).toBe(2);
  });
});

describe('pages', () => {
  test('report --tta scores what is averaged, and says so', async () => {
    const averaged = ['--tta', 'dihedral', '--threads', '1', '--json'];
    const page = await commandLine(['report', at('one'), '-o', at('page'), ...averaged]);
    const scores = await commandLine(['evaluate', at('one'), ...averaged]);
    const { prediction, tiles } = JSON.parse(page.output).evaluation;
    expect(prediction.tta).toBe('dihedral');
    expect(tiles).toEqual(JSON.parse(scores.output).tiles);
    const html = await readFile(at('page', 'index.html'), 'utf8');
    expect(html).toContain('predictions averaged over');
  });

  test('a rule that calibrate --tta chose is for predictions with the same', async () => {
    const run = at('calibrated');
    await cp(at('one'), run, { recursive: true });
    const flags = ['--by', 'iou', '--tta', 'flips', '--threads', '1'];
    expect((await commandLine(['calibrate', run, ...flags])).code).toBe(0);
    expect(JSON.parse(await readFile(join(run, 'postprocessing.json'), 'utf8')).tta).toBe('flips');
    const note = 'Note: the rule was chosen with --tta flips, and this is none: choose again with';
    expect((await predict(run)).messages).toContain(note);
    expect((await predict(run, '--tta', 'flips')).messages).not.toContain('was chosen with');
  });
});
