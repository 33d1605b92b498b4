// Trains a small network for many steps, the whole way `vascula train` goes (tiles from files, workers
// that prepare batches, validation and checkpoints), and watches the memory of the process.
//
//   node bench/soak.mjs --steps 1000 --threads 2 --micro-batch 4
//
// Prints one line of JSON: resident MiB, mean of the hundred steps after a warm-up of 300 and of the last
// hundred; the growth between the two; the peak; the mean of each tenth of the steps; seconds a step.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createNodeRuntime } from '@vascula/autograd/node';
import { notebookSpecs } from '@vascula/core';
import { openDataset, writeSyntheticDataset } from '../packages/vascula/dist/index.js';
import { createRun } from '../packages/vascula/dist/run/index.js';
import { planRun, preset, train } from '../packages/vascula/dist/training/index.js';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '1000' },
    threads: { type: 'string', default: '2' },
    'micro-batch': { type: 'string', default: '4' },
  },
});
const steps = Number(values.steps);
// 40 tiles to train on, four squares of each: 40 batches of 4 an epoch.
const stepsPerEpoch = 40;

const folder = await mkdtemp(join(tmpdir(), 'vascula-soak-'));
const runtime = await createNodeRuntime({ threads: Number(values.threads) });
try {
  await writeSyntheticDataset(join(folder, 'data'), { tiles: 50, size: 128, seed: 1 });
  const dataset = await openDataset(join(folder, 'data'));
  const run = planRun(dataset, {
    folder: join(folder, 'run'),
    version: 'soak',
    preset: 'quick',
    polygons: ['polygons.jsonl'],
    split: { by: 'random', seed: 1, trainFraction: 0.8 },
    model: { ...notebookSpecs.unet, base: 8, kernel: 3, momentum: 0.9 },
    recipe: {
      ...preset('quick', 'unet').recipe,
      seed: 1,
      crop: 64,
      microBatch: Number(values['micro-batch']),
      epochs: Math.ceil(steps / stepsPerEpoch),
    },
  });
  await createRun(run);
  const resident = [];
  const start = performance.now();
  await train(run, dataset, runtime, {
    signal: new AbortController().signal,
    stepped: () => resident.push(process.memoryUsage.rss() / 2 ** 20),
  });
  const seconds = (performance.now() - start) / 1000;
  const mean = (from, count) =>
    resident.slice(from, from + count).reduce((sum, value) => sum + value, 0) / count;
  const [warm, end] = [mean(300, 100), mean(resident.length - 100, 100)];
  const tenth = Math.floor(resident.length / 10);
  console.log(
    JSON.stringify({
      steps: resident.length,
      warm: Math.round(warm),
      end: Math.round(end),
      growth: end / warm - 1,
      peak: Math.round(process.resourceUsage().maxRSS / 1024),
      tenths: Array.from({ length: 10 }, (_, i) => Math.round(mean(i * tenth, tenth))),
      secondsPerStep: seconds / resident.length,
    }),
  );
} finally {
  await runtime.close();
  await rm(folder, { recursive: true });
}
