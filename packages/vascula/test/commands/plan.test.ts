import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { augmentationPresets } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun, runFiles } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { goodPairs, pairFlags, writeGoodPairs } from '../support/pairs.js';
import { commandLine } from '../support/program.js';
import { tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let plan: string;
const at = (name: string) => join(temporary.path, name);
const small = ['--base', '2', '--epochs', '1', '--threads', '1'];
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  plan = at('plan.json');
  await commandLine(['plan', data, '-o', plan, '--no-timing', '--threads', '1']);
});
afterAll(() => temporary.remove());

const stored = async () => JSON.parse(await readFile(plan, 'utf8'));

/** The plan with something else at a path of fields, as a file. */
async function edited(name: string, fields: readonly string[], value: unknown): Promise<string> {
  const text = await stored();
  const last = fields.at(-1) as string;
  const place = fields.slice(0, -1).reduce((inner, field) => inner[field], text);
  if (value === undefined) delete place[last];
  else place[last] = value;
  await writeFile(at(name), JSON.stringify(text));
  return at(name);
}

describe('plan', () => {
  test('a step is timed, and the same plan is printed as JSON and written', async () => {
    const path = at('timed.json');
    const flags = ['-o', path, '--minutes', '0.01', '--memory', '2', '--threads', '1', '--json'];
    const { code, output, messages } = await commandLine(['plan', data, ...flags]);
    expect(code).toBe(0);
    expect(output).toBe(await readFile(path, 'utf8'));
    const { machine, minutes, choices, fingerprint } = JSON.parse(output);
    expect(machine).toMatchObject({ device: 'cpu', availableBytes: 2 * 2 ** 30 });
    expect(machine.timing.secondsPerStep).toBeGreaterThan(0);
    expect(machine.timing.secondsPerImage).toBeGreaterThan(0);
    expect(minutes).toBe(0.01);
    expect(choices.epochs.reason).toMatch(/^a step took \d/);
    expect(fingerprint).toMatchObject({ images: 8, smallest: { width: 64, height: 64 } });
    expect(choices.crop.value).toBe(64);
    expect(messages).toContain(`vascula train ${data} --plan ${path} -o RUN`);
  });

  test('a table for people: what was measured, then each setting and its reason', async () => {
    const { output } = await commandLine(['plan', data, '--no-timing', '--threads', '1']);
    expect(output).toMatch(/^Measured:\n {2}images +8 labelled/);
    expect(output).toMatch(/^ {2}crop +64 +the smallest images are 64 x 64/m);
    expect(output).toMatch(/^ {2}micro-batch +4 +all at once take about/m);
  });

  test('faults: a file that exists, no labels, one image, no vessel, too little memory', async () => {
    const messagesOf = async (...args: string[]) => {
      const { code, output, messages } = await commandLine(['plan', ...args, '--no-timing']);
      expect([code, output]).toEqual([1, '']);
      return messages;
    };
    expect(await messagesOf(data, '-o', plan)).toContain('plan.json: exists already');
    expect(await messagesOf(data, '--memory', '0.1')).toMatch(
      /takes at least about \d\.\d GiB of memory, and 0\.1 GiB are available; expected at least/,
    );
    const copy = async (name: string, lines: (all: string[]) => string[]) => {
      await cp(data, at(name), { recursive: true });
      const labels = join(at(name), 'polygons.jsonl');
      const all = (await readFile(labels, 'utf8')).trimEnd().split('\n');
      await writeFile(
        labels,
        lines(all)
          .map((line) => `${line}\n`)
          .join(''),
      );
      return at(name);
    };
    expect(await messagesOf(await copy('none', () => []))).toContain('polygons.jsonl: is empty');
    expect(await messagesOf(await copy('one', ([first]) => [first]))).toContain(
      '1 labelled image(s); expected at least 2',
    );
    const bare = (line: string) => JSON.stringify({ ...JSON.parse(line), annotations: [] });
    expect(await messagesOf(await copy('bare', (all) => all.map(bare)))).toContain(
      'none of the 8 labelled images has a pixel of vessel',
    );
  });
});

describe('train --plan', () => {
  test('trains as planned but for the flags beside it, and keeps the plan', async () => {
    const run = at('planned');
    const { code, messages } = await commandLine([
      ...['train', data, '--plan', plan, '-o', run, ...small],
      ...['--augment', 'stain=0,elastic=0.1', '--split', 'random'],
    ]);
    expect([code, messages]).toEqual([0, expect.not.stringContaining('Warning')]);
    const { choices } = await stored();
    const { config } = await openRun(run);
    expect(config).toMatchObject({
      preset: 'plan',
      split: { by: 'random', trainFraction: 0.8 },
      model: {
        architecture: 'unet',
        base: 2,
        depth: choices.depth.value,
        convolutions: 2,
        localContrast: choices.localContrast.value,
      },
      recipe: {
        epochs: 1,
        crop: 64,
        loss: 'dice-bce',
        schedule: 'cosine',
        // Of the 2 steps there are, not of those that were planned.
        warmUp: 0,
        ema: 0.99,
        keep: 'last',
        cutoff: 0.5,
      },
      data: { folder: data, duplicates: 'drop' },
    });
    const { augmentation } = config.recipe;
    expect(augmentation.stain.probability).toBe(0);
    expect(augmentation.elastic.probability).toBe(0.1);
    expect(augmentation.gamma.probability).toBe(choices.augment.value.gamma);
    expect(augmentation.rotate).toEqual(augmentationPresets.strong.rotate);
    expect(JSON.parse(await readFile(runFiles(run).plan, 'utf8'))).toEqual(await stored());
    expect((await commandLine(['train', '--resume', run, '--plan', plan])).messages).toContain(
      '--plan describes a new run',
    );
    expect((await commandLine(['train', '--resume', run])).code).toBe(0);
  });

  test('local contrast: of smaller squares; none where the flag or the plan says 0', async () => {
    const field = ['choices', 'localContrast'];
    const none = await edited('none.json', [...field, 'value'], 0);
    const older = await edited('older.json', field, undefined);
    const windows: [string, number | undefined, ...string[]][] = [
      ['half-as-large', 17, '--plan', plan, '--crop', '32'],
      ['by-flag', 7, '--plan', plan, '--crop', '32', '--local-contrast', '7'],
      ['flag-0', undefined, '--plan', plan, '--local-contrast', '0'],
      ['plan-0', undefined, '--plan', none],
      ['older', undefined, '--plan', older],
    ];
    expect((await stored()).choices.localContrast.value).toBe(33);
    for (const [name, side, ...args] of windows) {
      const { code, messages } = await commandLine([
        ...['train', data, '-o', at(name), ...small],
        ...args,
      ]);
      expect(code, messages).toBe(0);
      const { model } = (await openRun(at(name))).config;
      expect('localContrast' in model ? model.localContrast : undefined, name).toBe(side);
    }
  });

  test('faults of the file: where, what, what was expected', async () => {
    const faultOf = async (path: string) => {
      const { code, messages } = await commandLine([
        ...['train', data, '--plan', path, '-o', at('never'), ...small],
      ]);
      expect(code).toBe(1);
      return messages;
    };
    const none = at('no.json');
    expect(await faultOf(none)).toContain(`${none}`);
    await writeFile(at('text.json'), 'crop: 128');
    expect(await faultOf(at('text.json'))).toContain('text.json: is not JSON');
    const cases: [string[], unknown, string][] = [
      [['format'], 'vascula plan 2', 'format: found "vascula plan 2"; expected vascula plan 1'],
      [['choices', 'crop', 'value'], '64', 'choices.crop.value: found "64"; expected a number'],
      [['choices', 'crop'], undefined, 'choices.crop: found nothing; expected an object'],
      [['choices', 'kernel', 'value'], 4, 'choices.kernel.value: found 4; expected an odd number'],
      [
        ['choices', 'localContrast', 'value'],
        4,
        'choices.localContrast.value: found 4; expected 0 or an odd number from 3',
      ],
      [['choices', 'loss', 'value'], 'dice', 'choices.loss.value: found "dice"; expected balanced'],
      [['choices', 'augment', 'value'], { blur: 1 }, 'choices.augment.value'],
      [['choices', 'lr'], { value: 1, reason: '' }, 'choices.lr: is not known'],
      [['fingerprint', 'images'], 0, 'fingerprint.images: found 0; expected a number above 0'],
    ];
    for (const [fields, value, message] of cases)
      expect(await faultOf(await edited('edited.json', fields, value))).toContain(
        `edited.json: ${message}`,
      );
    const odd = await edited('odd.json', ['choices', 'microBatch', 'value'], 3);
    expect(await faultOf(odd)).toContain(
      'odd.json: choices.microBatch.value: found 3; expected a divisor of the batch of 4',
    );
    expect(await readdir(temporary.path)).not.toContain('never');
  });

  test('a plan of other images is refused, of fewer or more warned of', async () => {
    const { smallest } = (await stored()).fingerprint;
    const other = await edited('other.json', ['fingerprint', 'largest'], {
      width: 512,
      height: 64,
    });
    const refused = await commandLine(['train', data, '--plan', other, '-o', at('no'), ...small]);
    expect(refused.code).toBe(1);
    expect(refused.messages).toContain(
      `fingerprint.largest: the plan is for images of 512 x 64, and those of ${data} are of ${smallest.width} x ${smallest.height}`,
    );
    const fewer = await edited('fewer.json', ['fingerprint', 'images'], 7);
    const warned = await commandLine(['train', data, '--plan', fewer, '-o', at('more'), ...small]);
    expect(warned.code).toBe(0);
    expect(warned.messages).toContain('was made for 7 labelled images');
  });

  test('flags that would do nothing, or contradict it', async () => {
    const train = (...flags: string[]) => commandLine(['train', data, '-o', at('no'), ...flags]);
    const idle = await train('--plan', plan, '--negative-weight', '3');
    expect([idle.code, idle.messages]).toEqual([
      1,
      expect.stringContaining(
        '--negative-weight: does nothing with what the plan says; expected --loss balanced',
      ),
    ]);
    for (const flags of [
      ['--plan', plan, '--preset', 'notebook'],
      ['--plan', plan, '--minutes', '5'],
      ['--preset', 'auto', '--model', 'net.onnx'],
    ])
      expect((await train(...flags)).code).toBe(2);
  });
});

test('pairs: their flags are in the plan, and train needs none', async () => {
  const folder = at('pairs');
  await mkdir(folder);
  await writeGoodPairs(folder);
  const path = at('pairs.json');
  const flags = ['--no-timing', '--threads', '1'];
  expect((await commandLine(['plan', folder, ...pairFlags, '-o', path, ...flags])).code).toBe(0);
  const { data: found, fingerprint } = JSON.parse(await readFile(path, 'utf8'));
  expect(found.pairs).toEqual(goodPairs);
  expect(fingerprint).toMatchObject({
    images: 4,
    slides: 4,
    placed: false,
    smallest: { width: 40, height: 40 },
    largest: { width: 64, height: 48 },
  });
  expect(fingerprint.ignoredShare).toBeGreaterThan(0.1);
  const run = at('of-pairs');
  expect((await commandLine(['train', folder, '--plan', path, '-o', run, ...small])).code).toBe(0);
  expect((await openRun(run)).config.data.pairs).toEqual(goodPairs);
});

test('--preset auto plans, says why, and trains', async () => {
  const run = at('auto');
  const { code, messages } = await commandLine([
    ...['train', data, '--preset', 'auto', '-o', run, ...small],
  ]);
  expect(code).toBe(0);
  expect(messages).toMatch(/^Measured:$/m);
  expect(messages).toMatch(/^ {2}loss +dice-bce +\d/m);
  const { config } = await openRun(run);
  expect(config).toMatchObject({ preset: 'auto', recipe: { loss: 'dice-bce', epochs: 1 } });
  const { choices } = JSON.parse(await readFile(runFiles(run).plan, 'utf8'));
  expect(config.recipe.crop).toBe(choices.crop.value);
});

test('folds by a plan: each keeps it', async () => {
  const folds = at('folds');
  const { code } = await commandLine([
    ...['train', data, '--plan', plan, '--folds', '2', '--split', 'random', '-o', folds, ...small],
  ]);
  expect(code).toBe(0);
  for (const name of ['fold-1', 'fold-2']) {
    const run = join(folds, name);
    expect((await openRun(run)).config).toMatchObject({ preset: 'plan', recipe: { ema: 0.99 } });
    expect(JSON.parse(await readFile(runFiles(run).plan, 'utf8'))).toEqual(await stored());
  }
});
