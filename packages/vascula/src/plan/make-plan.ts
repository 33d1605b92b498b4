import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Runtime } from '@vascula/autograd';
import type { Device } from '@vascula/autograd/node';
import {
  choice,
  completePlan,
  designTraining,
  type Fingerprint,
  InputError,
  type PlannedSizes,
  type StepTiming,
  type TrainingDesign,
  trainingBytes,
  withLocalContrast,
} from '@vascula/core';
import type { Dataset, DatasetOptions } from '../dataset/index.js';
import {
  availableMemory,
  gibibytes,
  keptBytes,
  planRun,
  preset,
  runBytes,
} from '../training/index.js';
import type { Plan } from './plan-schema.js';
import { plannedPreset } from './planned-preset.js';
import { timeStep } from './time-step.js';

export interface PlanRequest {
  /** As in a run: how labels are read. */
  readonly options: DatasetOptions;
  readonly version: string;
  readonly device: Device;
  /** Bytes to plan for; what this machine has available unless told. */
  readonly memory?: number | undefined;
  readonly minutes: number;
  /** Whether steps are run to see how long they take. */
  readonly timed: boolean;
}

/** More than the steps that are timed, whatever the dataset. */
const epochsToTime = 100;

/**
 * The plan of a training on a dataset with this fingerprint; nothing is written.
 *
 * @throws InputError where the data cannot be trained on, or memory is too small, and the reason of
 *   `signal` once it is aborted.
 */
export async function makePlan(
  dataset: Dataset,
  fingerprint: Fingerprint,
  runtime: Runtime,
  request: PlanRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { options, version, device, minutes } = request;
  const available = request.memory ?? availableMemory();
  const bytesOf = (sizes: PlannedSizes) =>
    trainingBytes({ ...setupOf(sizes), tileSize: fingerprint.largest }, runtime.target);
  const design = atFolder(dataset, () => designTraining(fingerprint, { available, bytesOf }));
  const timing = request.timed
    ? await timeDesign(dataset, fingerprint, design, runtime, request, signal)
    : undefined;
  const { polygons = [], pairs, unsure = 'background' } = options;
  return {
    format: 'vascula plan 1',
    version,
    data: {
      folder: resolve(dataset.folder),
      polygons: [...polygons],
      ...(pairs && { pairs }),
      unsure,
    },
    fingerprint,
    machine: {
      device,
      cores: availableParallelism(),
      availableBytes: available,
      ...(timing && { timing }),
    },
    minutes,
    choices: completePlan(fingerprint, design, { minutes, timing }) as Plan['choices'],
  };
}

async function timeDesign(
  dataset: Dataset,
  fingerprint: Fingerprint,
  design: TrainingDesign,
  runtime: Runtime,
  { options, version }: PlanRequest,
  signal: AbortSignal,
): Promise<StepTiming> {
  const { polygons = [], pairs, unsure } = options;
  const length = { epochs: choice(epochsToTime, ''), warmUp: choice(0, '') };
  const { model, recipe } = plannedPreset({ ...design, ...length } as Plan['choices']);
  const run = planRun(dataset, {
    folder: '',
    version,
    preset: 'plan',
    polygons,
    pairs,
    unsure,
    split: { by: design.split.value, seed: 0, trainFraction: design.trainFraction.value },
    model,
    recipe: { ...recipe, seed: 0 },
  });
  const kept = keptBytes({
    dataset,
    tileSize: run.config.data.tileSize,
    ids: run.split.train,
  });
  const bytes = runBytes({ ...run.config, model, kept }, runtime.target);
  const here = availableMemory();
  if (bytes > here)
    throw new InputError({
      problem: `a step of the plan takes about ${gibibytes(bytes)} of memory, and ${gibibytes(here)} are available here`,
      hint: '--no-timing plans without running one',
    });
  const meanPixels = fingerprint.pixels / fingerprint.images;
  return timeStep(run, model, dataset, runtime, { signal, meanPixels });
}

/** What decides the memory of a training, all else as a plan has it. */
function setupOf({ crop, batch, microBatch, base, depth, localContrast }: PlannedSizes) {
  const { model, recipe } = preset('quick', 'unet');
  return {
    spec: withLocalContrast({ ...model, base, depth, kernel: 3, convolutions: 2 }, localContrast),
    recipe: { ...recipe, crop, batch, microBatch, loss: 'dice-bce' as const, ema: 0.99 },
  };
}

/** Adds the dataset's folder to a fault of its fingerprint. */
function atFolder<Result>({ folder }: Dataset, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ path: folder, ...error.fault }, { cause: error });
  }
}
