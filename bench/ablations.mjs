// What each part of the recipe does: the same network trained with one thing changed at a time, on synthetic
// tiles of which a slide is left out, with three seeds, each with another slide.
//
//   vascula synth data --tiles 120 --size 256 --seed 3
//   node bench/ablations.mjs data runs/ablations [--only deep,poly] [--epochs 6] [--at-once 2]
//
// Prints a table in Markdown: differences are tile by tile. What was trained before is not trained again, so
// that it may be stopped at any time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pairedTest } from '@vascula/core';
import { mapConcurrent } from '../packages/vascula/dist/files/index.js';
import { markdownTable } from './markdown-table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    epochs: { type: 'string', default: '6' },
    'at-once': { type: 'string', default: '2' },
  },
});
const [data, out] = positionals;
if (out === undefined) throw new Error('usage: node bench/ablations.mjs DATA OUT');

const recipe = {
  base: 8,
  depth: 4,
  kernel: 3,
  convolutions: 2,
  'local-contrast': 49,
  crop: 128,
  batch: 4,
  epochs: values.epochs,
  loss: 'dice-bce',
  optimiser: 'adam',
  'learning-rate': 0.002,
  schedule: 'cosine',
  'warm-up': 50,
  ema: 0.99,
  keep: 'last',
  cutoff: 0.5,
  augmentation: 'strong',
};
/** In the synthetic dataset of seed 3 each of these leaves another slide out: 2, 1 and 3. */
const runs = [
  { seed: 1, fold: 1 },
  { seed: 2, fold: 3 },
  { seed: 3, fold: 3 },
];
/** What is changed, by a name for its folder; true is a flag without value. */
const rows = {
  recipe: {},
  contrast: { 'local-contrast': 0 },
  deep: { 'deep-supervision': true },
  none: { augmentation: 'none' },
  notebook: { augmentation: 'notebook' },
  rotate: { augment: 'rotate=0' },
  scale: { augment: 'scale=0' },
  elastic: { augment: 'elastic=0' },
  stain: { augment: 'stain=0' },
  light: { augment: 'gamma=0,brightness=0,saturation=0,contrast=0' },
  balanced: { loss: 'balanced' },
  focal: { loss: 'focal' },
  tversky: { loss: 'tversky' },
  adamw: { optimiser: 'adamw' },
  constant: { schedule: 'constant' },
  poly: { schedule: 'poly' },
  warmup: { 'warm-up': 0 },
  ema: { ema: 0 },
  foreground: { 'foreground-share': 0.33 },
  balance: { balance: 'source' },
  five: { kernel: 5, convolutions: 1 },
  large: { crop: 256, batch: 1 },
};
const reviewed = { 'train-datasets': 1, 'validation-datasets': 1 };
/**
 * Trained in stages, and scored on dataset 1 alone, which slides 1 and 2 have: together as many steps as the recipe's. `from`
 * is another of these.
 */
const stages = {
  weak: { ...reviewed, 'train-datasets': 2 },
  reviewed: { ...reviewed, epochs: 2.5 * values.epochs },
  stages: { ...reviewed, from: 'weak' },
};
const stagedRuns = runs.slice(0, 2);
const cli = fileURLToPath(new URL('../node_modules/.bin/vascula', import.meta.url));

/** Runs vascula; its output goes to `log`. */
async function vascula(args, log) {
  const child = spawn(cli, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, messages] = [[], []];
  child.stdout.on('data', (part) => output.push(part));
  child.stderr.on('data', (part) => messages.push(part));
  const [code] = await once(child, 'close');
  await writeFile(log, Buffer.concat([...messages, ...output]));
  if (code !== 0) throw new Error(`vascula ${args.join(' ')}: see ${log}`);
  return Buffer.concat(output);
}

const flagsOf = (changes) =>
  Object.entries(changes).flatMap(([flag, value]) =>
    value === true ? [`--${flag}`] : [`--${flag}`, `${value}`],
  );
const folderOf = (name, { seed }) => join(out, `${name}-${seed}`);

async function train(name, run) {
  const folder = folderOf(name, run);
  if (existsSync(join(folder, 'metrics.json'))) return;
  // What was stopped in the middle.
  await rm(folder, { recursive: true, force: true });
  const settings = { ...recipe, ...rows[name], ...stages[name] };
  if (settings.from !== undefined) settings.from = folderOf(settings.from, run);
  const place = ['--split', 'slide', '--fold', `${run.fold}/4`, '--seed', `${run.seed}`];
  await vascula(
    ['train', data, '-o', folder, ...flagsOf(settings), ...place, '--threads', '1'],
    `${folder}.log`,
  );
  process.stderr.write(`${folder}\n`);
}

/** The recipe's runs once more, averaged over the eight symmetries. */
async function symmetries(run) {
  const file = join(out, `symmetries-${run.seed}.json`);
  if (existsSync(file)) return;
  const args = [
    'evaluate',
    folderOf('recipe', run),
    '--tta',
    'dihedral',
    '--threads',
    '1',
    '--json',
  ];
  await writeFile(file, await vascula(args, `${file}.log`));
}

const read = async (file) => JSON.parse(await readFile(file, 'utf8')).tiles;
const signed = (value) => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** A row of a table: the IoU of all tiles that were scored, and how it differs from the recipe's on the same. */
async function compared(label, fileOf, of = runs) {
  const differences = [];
  const [ours, theirs, areas] = [[], [], []];
  for (const run of of) {
    const before = await read(join(folderOf('recipe', run), 'metrics.json'));
    const after = await read(fileOf(run));
    const pairs = after.map((tile) => [before.find(({ id }) => id === tile.id).iou, tile.iou]);
    differences.push(mean(pairs.map(([a, b]) => b - a)));
    ours.push(...pairs.map(([a]) => a));
    theirs.push(...pairs.map(([, b]) => b));
    // Tiles without vessel have none.
    areas.push(...after.map(({ rocAuc }) => rocAuc).filter((area) => area !== null));
  }
  const { meanDifference, interval, pValue } = pairedTest(ours, theirs, { seed: 0 });
  const isSame = theirs.every((value, at) => value === ours[at]);
  return [
    label,
    mean(theirs).toFixed(3),
    mean(areas).toFixed(4),
    ...(isSame
      ? ['', '', '', '']
      : [
          signed(meanDifference),
          `${signed(interval.low)} to ${signed(interval.high)}`,
          pValue.toFixed(4),
          differences.map(signed).join(', '),
        ]),
  ];
}

await mkdir(out, { recursive: true });
const names = [...new Set(['recipe', ...(values.only?.split(',') ?? Object.keys(rows))])];
const unknown = names.find((name) => !(name in rows));
if (unknown !== undefined) throw new Error(`no row ${unknown}: ${Object.keys(rows).join(', ')}`);
// Runs of another recipe must not be taken for these.
const settings = join(out, 'recipe.json');
const before = existsSync(settings) ? await readFile(settings, 'utf8') : undefined;
const now = JSON.stringify(recipe);
if (before !== undefined && before !== now) throw new Error(`${out} has runs of ${before}`);
await writeFile(settings, now);
const stageNames = values.only === undefined ? Object.keys(stages) : [];
const tasks = [
  ...names.flatMap((name) => runs.map((run) => () => train(name, run))),
  // The second stage after the first: one after the other.
  ...stagedRuns.map((run) => async () => {
    for (const name of stageNames) await train(name, run);
  }),
];
await mapConcurrent(tasks, Number(values['at-once']), (task) => task());
for (const run of runs) await symmetries(run);

const metricsOf = (name) => (run) => join(folderOf(name, run), 'metrics.json');
const labelOf = (changes) => `\`${flagsOf(changes).join(' ')}\``;
const table = [];
for (const name of names)
  table.push(await compared(name === 'recipe' ? 'nothing' : labelOf(rows[name]), metricsOf(name)));
table.push(
  await compared('`evaluate --tta dihedral`', (run) => join(out, `symmetries-${run.seed}.json`)),
);
const head = [
  'changed',
  'IoU a tile',
  'ROC AUC',
  'difference',
  '95 % by tile',
  'p',
  'of each seed',
];
console.log(markdownTable(head, table));
if (stageNames.length > 0) {
  const staged = [];
  for (const name of stageNames)
    staged.push(await compared(labelOf(stages[name]), metricsOf(name), stagedRuns));
  console.log(`\nOn tiles of dataset 1:\n\n${markdownTable(head, staged)}`);
}
