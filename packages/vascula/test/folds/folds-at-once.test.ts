import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainTarget } from '@vascula/autograd';
import { notebookSpecs } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sideBySide } from '../../dist/commands/side-by-side.js';
import { requireMemory } from '../../dist/training/require-memory.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { resultOf, tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
/** Three folds one after the other, on one thread. */
let oneByOne: string;
const at = (...names: string[]) => join(temporary.path, ...names);
const flags =
  '--folds 3 --epochs 2 --base 2 --depth 2 --kernel 3 --crop 32 --batch 4 --cutoff 0.2 --split slide'.split(
    ' ',
  );
const train = (name: string, more: readonly string[], terminal?: RecordingTerminal) =>
  commandLine(['train', data, '-o', at(name), ...flags, ...more], terminal);
const metricsOf = async (name: string) =>
  JSON.parse(await readFile(at(name, 'metrics.json'), 'utf8'));

beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  oneByOne = at('one-by-one');
  expect((await train('one-by-one', ['--threads', '1'])).code).toBe(0);
});
afterAll(() => temporary.remove());

async function expectEqualFolds(name: string): Promise<void> {
  for (const fold of ['fold-1', 'fold-2', 'fold-3'])
    expect(await resultOf(at(name, fold))).toEqual(await resultOf(join(oneByOne, fold)));
  expect((await metricsOf(name)).tiles).toEqual((await metricsOf('one-by-one')).tiles);
}

describe('--at-once', () => {
  test('each fold is what it is by itself, to the bit; each line says whose it is', async () => {
    const args = ['--threads', '2', '--at-once', '2', '--json'];
    const { code, output, messages } = await train('two', args);
    expect(code, messages).toBe(0);
    await expectEqualFolds('two');
    const places = JSON.parse(output).runs.map(({ run }: { run: string }) => run);
    expect(places).toEqual([1, 2, 3].map((number) => at('two', `fold-${number}`)));
    for (const number of [1, 2, 3])
      expect(messages).toMatch(new RegExp(`^fold ${number}: epoch 2/2 `, 'm'));
    expect(messages.indexOf('Fold 2 of 3')).toBeLessThan(messages.indexOf('fold 1: epoch 2/2'));
    const record = JSON.parse(await readFile(at('two', 'folds.json'), 'utf8'));
    const finished = record.finished.map(({ number }: { number: number }) => number);
    expect(finished.toSorted()).toEqual([1, 2, 3]);
  });

  test('Ctrl-C saves all that are under way, and they go on', async () => {
    class Impatient extends RecordingTerminal {
      override err(text: string): void {
        super.err(text);
        if (/fold [12]: epoch 1\/2/.test(text)) this.controller.abort();
      }
    }
    const args = ['--threads', '1', '--at-once', '2'];
    const stopped = await train('stopped', args, new Impatient());
    expect([stopped.code, stopped.output]).toEqual([130, '']);
    expect(stopped.messages.match(/Saved\./g)).toHaveLength(1);
    const rest = ['train', '--resume', at('stopped'), '--threads', '3', '--at-once', '3'];
    const { code, messages } = await commandLine(rest);
    expect(code, messages).toBe(0);
    await expectEqualFolds('stopped');
  });

  test('for folds only', async () => {
    const args = ['train', data, '-o', at('single'), '--at-once', '2'];
    const { code, messages } = await commandLine(args);
    expect(code).toBe(2);
    expect(messages).toContain('--at-once is for the folds of a cross-validation, with --folds');
  });

  test('memory is asked for all that run at once', async () => {
    const recipe = JSON.parse(await readFile(join(oneByOne, 'fold-1', 'config.json'), 'utf8'));
    const sizes = { ...recipe, model: { ...notebookSpecs.unet, base: 2, depth: 2 } };
    const ask = (atOnce: number) => () =>
      requireMemory(sizes, 2 ** 30, plainTarget, {
        resumed: false,
        atOnce,
        available: 2.5 * 2 ** 30,
      });
    expect(ask(2)).not.toThrow();
    // Not even one: what would make it fit, as without the flag.
    expect(() =>
      requireMemory(sizes, 2 ** 30, plainTarget, { resumed: false, atOnce: 2, available: 1e6 }),
    ).toThrow('training so takes about 1.0 GiB of memory');
    expect(ask(3)).toThrow(
      '--at-once: 3 trainings at once take about 3.0 GiB of memory, and 2.5 GiB are available; expected at most 2',
    );
  });
});

describe('sideBySide', () => {
  const options = (count: number) => ({ count, label: (item: number) => `${item}` });

  test('never more at once than asked for, begun in order, results in order', async () => {
    let [running, most] = [0, 0];
    const begun: number[] = [];
    const items = [5, 1, 4, 2, 3];
    const results = await sideBySide(
      new RecordingTerminal(),
      items,
      options(2),
      async (_, item) => {
        begun.push(item);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, item));
        running--;
        return 10 * item;
      },
    );
    expect([most, begun, results]).toEqual([2, items, [50, 10, 40, 20, 30]]);
  });

  test('the first failure interrupts the others, and is thrown when they have ended', async () => {
    let saved = false;
    const terminal = new RecordingTerminal();
    const failing = sideBySide(terminal, [1, 2, 3], options(2), async (own, item) => {
      if (item === 1) throw new Error('disk full');
      expect(item).toBe(2);
      await new Promise((resolve) => own.interrupted.addEventListener('abort', resolve));
      saved = true;
      return undefined;
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(saved).toBe(true);
    expect(terminal.messages).toBe('1: failed, the others save and stop: disk full\n');
  });
});
