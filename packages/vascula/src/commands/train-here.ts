import { resolve } from 'node:path';
import type { Device } from '@vascula/autograd/node';
import { fixesEpochs, InputError, sizeMultiple } from '@vascula/core';
import type { Dataset, DatasetOptions } from '../dataset/index.js';
import { type Plan, plannedPreset, planText, readPlan, requireSameData } from '../plan/index.js';
import {
  type Checkpoint,
  createRun,
  jsonText,
  lastCheckpoint,
  leastTile,
  openRun,
  type Run,
  rewriteConfig,
} from '../run/index.js';
import {
  type DuplicateTile,
  type PresetName,
  planRun,
  preset,
  requireMemory,
  requireTrainable,
  runBytes,
} from '../training/index.js';
import { augmentationOf, samplingOf } from './augmentation-flags.js';
import { carryOut, describeResult, type TrainResult } from './carry-out.js';
import { lookForDuplicates, tellOfDuplicates } from './duplicates-here.js';
import { openFolder } from './folder-dataset.js';
import { type IsGiven, plannedDataFlags, plannedFlags } from './plan-flags.js';
import { planDataset } from './plan-here.js';
import { givenMethod } from './recipe-flags.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { version } from './version.js';
import { withEngine } from './with-engine.js';

/** Starts or resumes a run on this machine, then evaluates and exports its best weights. */
export async function trainHere(
  terminal: Terminal,
  dir: string | undefined,
  flags: TrainFlags,
  isGiven: IsGiven,
): Promise<void> {
  const resumed = flags.resume !== undefined;
  const prepared = resumed
    ? await resume(flags.resume, dir, flags)
    : await start(terminal, dir as string, flags, isGiven);
  const { dataset, plan: planned, checkpoint } = prepared;
  const wanted = { device: flags.device ?? prepared.run.config.device, threads: flags.threads };
  await withEngine(terminal, wanted, async (runtime, device) => {
    const run = movedTo(terminal, prepared, device);
    const bytes = runBytes(run.config, runtime.target);
    // A graphics card has memory of its own.
    if (flags.memoryCheck && device === 'cpu')
      requireMemory(run.config, bytes, runtime.target, { resumed });
    await (resumed ? rewriteConfig(run) : createRun(run, planned && jsonText(planned)));
    const result = await carryOut(terminal, runtime, run, dataset, bytes, checkpoint);
    report(terminal, run, flags, result);
  });
}

/** The run with the device it is trained on; says where that is another than before. */
function movedTo(terminal: Terminal, { run, checkpoint }: Prepared, device: Device): Run {
  const { config } = run;
  if (checkpoint !== undefined && config.device !== device)
    terminal.err(
      `Note: trained on ${config.device} so far, going on with ${device}: ` +
        `not to the last digit what one device would give.\n`,
    );
  return { ...run, config: { ...config, device } };
}

function report(
  terminal: Terminal,
  run: Run,
  flags: TrainFlags,
  result: TrainResult | undefined,
): void {
  if (result === undefined)
    terminal.err(`Saved. Go on with: vascula train --resume ${run.folder}\n`);
  else terminal.out(flags.json ? jsonText(result) : describeResult(result));
}

interface Prepared {
  readonly run: Run;
  readonly dataset: Dataset;
  readonly plan?: Plan | undefined;
  readonly checkpoint?: Checkpoint | undefined;
}

async function start(
  terminal: Terminal,
  dir: string,
  given: TrainFlags,
  isGiven: IsGiven,
): Promise<Prepared> {
  const stored = given.plan === undefined ? undefined : await readPlan(given.plan);
  const dataFlags = stored === undefined ? given : plannedDataFlags(stored, given, isGiven);
  const { dataset, options } = await openFolder(terminal, dir, dataFlags);
  const planned =
    stored ??
    (given.preset === 'auto' ? await planNow(terminal, dataset, options, given) : undefined);
  if (stored !== undefined) {
    const doubt = requireSameData(given.plan as string, stored, dataset);
    if (doubt !== undefined) terminal.err(`Warning: ${doubt}.\n`);
  }
  const flags = planned === undefined ? given : plannedFlags(planned, given, isGiven);
  const found = await lookForDuplicates(terminal, dataset);
  const run = plan(terminal, dataset, options, flags, found, planned);
  tellOfDuplicates(terminal, run, found);
  return { run, dataset, plan: planned };
}

/** The plan of `--preset auto`, with its reasons for people. */
async function planNow(
  terminal: Terminal,
  dataset: Dataset,
  options: DatasetOptions,
  flags: TrainFlags,
): Promise<Plan> {
  const planned = await planDataset(terminal, dataset, options, {
    engine: flags,
    minutes: flags.minutes ?? 60,
    // How long it takes decides the epochs only.
    timed: flags.epochs === undefined,
  });
  terminal.err(`${planText(planned)}\n`);
  return planned;
}

async function resume(
  folder: string,
  dir: string | undefined,
  flags: TrainFlags,
): Promise<Prepared> {
  const { config, split } = await openRun(folder);
  const checkpoint = await lastCheckpoint(folder);
  const done = checkpoint?.progress.epochs ?? 0;
  const epochs = flags.epochs ?? config.recipe.epochs;
  if (epochs < done)
    throw new InputError({
      path: '--epochs',
      problem: `${epochs}, where the run has finished ${done} already`,
      expected: `${done} or more`,
    });
  if (epochs !== config.recipe.epochs && fixesEpochs(config.recipe))
    throw new InputError({
      path: '--epochs',
      problem: `${epochs}, where the run was started for ${config.recipe.epochs}`,
      expected: `${config.recipe.epochs}, since its learning rate (schedule ${config.recipe.schedule}) falls to 0 at their end`,
      hint: 'Train anew for more or fewer, or with --schedule exponential or constant, which can be prolonged',
    });
  const run: Run = {
    folder,
    config: {
      ...config,
      data: { ...config.data, folder: resolve(dir ?? config.data.folder) },
      recipe: { ...config.recipe, epochs },
    },
    split,
  };
  const hint = `Have they moved? Name the folder: vascula train --resume ${folder} DIR`;
  const dataset = await openRunDataset(run, { folder: dir }, hint);
  requireTrainable(run, dataset);
  return { run, dataset, checkpoint };
}

function plan(
  terminal: Terminal,
  dataset: Dataset,
  { polygons = [], pairs, unsure }: DatasetOptions,
  flags: TrainFlags,
  found: readonly DuplicateTile[],
  planned?: Plan,
): Run {
  const { model, recipe } =
    planned === undefined
      ? preset(flags.preset as PresetName, flags.model)
      : plannedPreset(planned.choices);
  const spec = {
    ...model,
    architecture: flags.model,
    base: flags.base ?? model.base,
    depth: flags.depth ?? model.depth,
    kernel: flags.kernel ?? model.kernel,
    ...(flags.convolutions !== undefined && { convolutions: flags.convolutions }),
  };
  const { width, height } = leastTile(dataset);
  const multiple = sizeMultiple(spec);
  const largest = Math.floor(Math.min(width, height) / multiple) * multiple;
  const crop = flags.crop ?? Math.max(multiple, Math.min(recipe.crop, largest));
  if (flags.crop === undefined && crop !== recipe.crop)
    terminal.err(
      `${dataset.smallestTile === undefined ? 'Tiles are' : 'The smallest tiles are'} ${width} x ${height}: squares of ${crop} pixels, not ${recipe.crop}.\n`,
    );
  const batch = flags.batch ?? recipe.batch;
  return planRun(dataset, {
    folder: flags.output as string,
    version,
    preset: flags.plan === undefined ? flags.preset : 'plan',
    polygons,
    pairs,
    unsure,
    split: {
      by: flags.split,
      seed: flags.seed,
      ...(flags.fold === undefined ? { trainFraction: flags.trainFraction } : { fold: flags.fold }),
    },
    model: spec,
    recipe: {
      ...recipe,
      ...givenMethod(flags),
      seed: flags.seed,
      epochs: flags.epochs ?? recipe.epochs,
      batch,
      microBatch:
        flags.microBatch ?? (recipe.microBatch === recipe.batch ? batch : recipe.microBatch),
      crop,
      learningRate: flags.learningRate ?? recipe.learningRate,
      learningRateDecay: flags.learningRateDecay ?? recipe.learningRateDecay,
      negativeWeight: flags.negativeWeight ?? recipe.negativeWeight,
      cutoff: flags.cutoff ?? recipe.cutoff,
      sampling: samplingOf(flags, recipe),
      augmentation: augmentationOf(flags, recipe.augmentation),
    },
    duplicates: { rule: flags.duplicates, found },
  });
}
