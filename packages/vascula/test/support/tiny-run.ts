import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Runtime, readSafetensors } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  augmentationPresets,
  evenSampling,
  methodDefaults,
  notebookSpecs,
  type Recipe,
} from '@vascula/core';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { openDataset } from '../../dist/dataset/index.js';
import { readImage } from '../../dist/prediction/index.js';
import { createRun, lastCheckpoint, openRun, type Run, runFiles } from '../../dist/run/index.js';
import { writeSyntheticDataset } from '../../dist/synthetic/index.js';
import { planRun, type TrainHooks, type TrainOutcome, train } from '../../dist/training/index.js';
import { RecordingTerminal } from './terminal.js';

/** The tiniest dataset and run that go the whole way: a step takes a few milliseconds. */
export const tinyTiles = { tiles: 8, size: 64, seed: 5 };
export const tinyFlags =
  '--base 2 --depth 3 --kernel 3 --crop 32 --batch 4 --learning-rate 0.01 --threads 1'.split(' ');

const tinyRecipe: Recipe = {
  ...methodDefaults,
  seed: 0,
  epochs: 2,
  batch: 4,
  microBatch: 4,
  crop: 32,
  learningRate: 0.01,
  learningRateDecay: 0.9,
  negativeWeight: 3,
  cutoff: 0.5,
  sampling: evenSampling,
  augmentation: augmentationPresets.notebook,
};

export async function tinyDataset(folder: string): Promise<string> {
  const path = join(folder, 'data');
  await writeSyntheticDataset(path, tinyTiles);
  return path;
}

/** Plans a run and makes its folder. */
export async function newRun(
  data: string,
  folder: string,
  recipe: Partial<Recipe> = {},
): Promise<Run> {
  const dataset = await openDataset(data);
  const run = planRun(dataset, {
    folder,
    version: 'test',
    preset: 'quick',
    polygons: ['polygons.jsonl'],
    split: { by: 'random', seed: recipe.seed ?? 0, trainFraction: 0.7 },
    model: { ...notebookSpecs.unet, base: 2, depth: 3, kernel: 3, momentum: 0.8 },
    recipe: { ...tinyRecipe, ...recipe },
  });
  await createRun(run);
  return run;
}

/** Trains a run from where its folder says it stands. */
export async function goOn(
  folder: string,
  options: { epochs?: number; threads?: number; hooks?: Partial<TrainHooks> } = {},
): Promise<TrainOutcome> {
  const { config, split } = await openRun(folder);
  const recipe = { ...config.recipe, epochs: options.epochs ?? config.recipe.epochs };
  const dataset = await openDataset(config.data.folder);
  return withRuntime(
    async (runtime) =>
      train(
        { folder, config: { ...config, recipe }, split },
        dataset,
        runtime,
        { signal: new AbortController().signal, ...options.hooks },
        await lastCheckpoint(folder),
      ),
    options.threads,
  );
}

export async function withRuntime<T>(use: (runtime: Runtime) => Promise<T>, threads = 1) {
  const runtime = await createNodeRuntime({ threads });
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
  }
}

/** A cutoff with pixels on either side of it: half the values that are met lie above. */
export function middleCutoff(run: string, paths: readonly string[]): Promise<number> {
  return withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (predict) => {
    const met = new Set<number>();
    for (const path of paths) for (const p of await predict(await readImage(path))) met.add(p);
    return [...met].sort((a, b) => a - b)[Math.floor(met.size / 2)];
  });
}

/** Everything a run's training decides, to the bit: tensors, and the history but for its times. */
export async function resultOf(folder: string) {
  const files = runFiles(folder);
  const checkpoint = async (path: string) => {
    const { tensors, metadata } = readSafetensors(await readFile(path));
    const { history, ...place } = JSON.parse(metadata.progress);
    return {
      place,
      history: history.map(withoutTimes),
      tensors: Object.fromEntries(
        [...tensors].map(([name, { shape, data }]) => [
          name,
          `${shape} ${Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).toString('base64')}`,
        ]),
      ),
    };
  };
  return {
    last: await checkpoint(files.last),
    best: await checkpoint(files.best),
    history: (await historyOf(folder)).map(withoutTimes),
  };
}

export async function historyOf(folder: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(runFiles(folder).history, 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

function withoutTimes({ seconds: _, waitedSeconds: __, ...record }: Record<string, unknown>) {
  return record;
}
