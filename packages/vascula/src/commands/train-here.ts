import { resolve } from 'node:path';
import type { Device } from '@vascula/autograd/node';
import {
  fixesEpochs,
  InputError,
  type NetworkSpec,
  type Recipe,
  sizeMultiple,
} from '@vascula/core';
import type { Dataset, DatasetOptions } from '../dataset/index.js';
import type { Plan } from '../plan/index.js';
import {
  type Checkpoint,
  createRun,
  jsonText,
  lastCheckpoint,
  leastTile,
  networkOf,
  type OnnxSource,
  openRun,
  type Run,
  type RunConfig,
  type RunCopies,
  rewriteConfig,
} from '../run/index.js';
import {
  type DuplicateTile,
  planRun,
  type RunRequest,
  readInitialWeights,
  requireMemory,
  requireTrainable,
  runBytes,
} from '../training/index.js';
import { augmentationOf, samplingOf } from './augmentation-flags.js';
import { carryOut, describeResult, type TrainResult } from './carry-out.js';
import { type ChosenNetwork, chooseNetwork } from './choose-network.js';
import { lookForDuplicates, tellOfDuplicates } from './duplicates-here.js';
import { openFolder } from './folder-dataset.js';
import type { IsGiven } from './plan-flags.js';
import { type PreparedFlags, preparePlanned } from './prepare-planned.js';
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
  const claim = (run: Run) => (resumed ? rewriteConfig(run) : createRun(run, copiesOf(prepared)));
  report(terminal, prepared.run, flags, await trainPrepared(terminal, prepared, flags, claim));
}

/** What new runs keep a copy of. */
export function copiesOf({ source, plan }: Pick<Prepared, 'source' | 'plan'>): RunCopies {
  return { source: source?.bytes, plan: plan && jsonText(plan) };
}

/**
 * Carries a run out on the device it is to have: `claim` gets it with that device, before anything else is
 * written. Undefined where Ctrl-C stopped it and it was saved.
 */
export function trainPrepared(
  terminal: Terminal,
  prepared: Prepared,
  flags: TrainFlags,
  claim: (run: Run) => Promise<void>,
): Promise<TrainResult | undefined> {
  const { dataset, checkpoint } = prepared;
  const resumed = flags.resume !== undefined;
  const wanted = { device: flags.device ?? prepared.run.config.device, threads: flags.threads };
  return withEngine(terminal, wanted, async (runtime, device) => {
    const run = movedTo(terminal, prepared, device);
    const sizes = { ...run.config, model: prepared.network };
    const bytes = runBytes(sizes, runtime.target);
    // A graphics card has memory of its own.
    if (flags.memoryCheck && device === 'cpu')
      requireMemory(sizes, bytes, runtime.target, { resumed });
    await claim(run);
    return carryOut(terminal, runtime, run, dataset, bytes, checkpoint);
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

/** A run to be carried out, from its last checkpoint where it has one. */
export interface Prepared {
  readonly run: Run;
  readonly network: NetworkSpec;
  /** The file that the network of a new run is made of, if any. */
  readonly source?: OnnxSource | undefined;
  readonly dataset: Dataset;
  readonly plan?: Plan | undefined;
  readonly checkpoint?: Checkpoint | undefined;
}

async function start(
  terminal: Terminal,
  dir: string,
  flags: TrainFlags,
  isGiven: IsGiven,
): Promise<Prepared> {
  const { dataset, request, found, plan } = await requestOf(terminal, dir, flags, isGiven);
  const from = flags.from === undefined ? undefined : await readInitialWeights(flags.from);
  const run = planRun(dataset, { ...request, from });
  tellOfDuplicates(terminal, [run], found);
  return { run, dataset, network: request.model, source: request.source, plan };
}

/** What flags ask for, the dataset it is asked of, and the tiles of it that repeat another. */
export async function requestOf(
  terminal: Terminal,
  dir: string,
  given: TrainFlags,
  isGiven: IsGiven,
): Promise<{
  readonly dataset: Dataset;
  readonly request: RunRequest;
  readonly found: readonly DuplicateTile[];
  readonly plan?: Plan | undefined;
}> {
  const isPlanned = given.plan !== undefined || given.preset === 'auto';
  const { dataset, options, flags, chosen, plan } = isPlanned
    ? await preparePlanned(terminal, dir, given, isGiven)
    : await prepareUnplanned(terminal, dir, given);
  const found = await lookForDuplicates(terminal, dataset);
  const request = requestFor(terminal, dataset, options, flags, chosen, found);
  return { dataset, request, found, plan };
}

async function prepareUnplanned(
  terminal: Terminal,
  dir: string,
  flags: TrainFlags,
): Promise<PreparedFlags> {
  // The network first: what is wrong with it is known before any tile is read.
  const chosen = await chooseNetwork(terminal, flags);
  return { ...(await openFolder(terminal, dir, flags)), flags, chosen };
}

async function resume(
  folder: string,
  dir: string | undefined,
  flags: TrainFlags,
): Promise<Prepared> {
  const opened = await openRun(folder);
  const checkpoint = await lastCheckpoint(folder);
  const done = checkpoint?.progress.epochs ?? 0;
  const epochs = flags.epochs ?? opened.config.recipe.epochs;
  if (epochs < done)
    throw new InputError({
      path: '--epochs',
      problem: `${epochs}, where the run has finished ${done} already`,
      expected: `${done} or more`,
    });
  requireEpochs(opened.config.recipe, epochs, 'the run was');
  const run = { ...opened, config: askedAnew(opened.config, dir, epochs) };
  const hint = `Have they moved? Name the folder: vascula train --resume ${folder} DIR`;
  const network = await networkOf(run);
  const dataset = await openRunDataset(run, { folder: dir }, hint);
  requireTrainable(run, dataset);
  return { run, network, dataset, checkpoint };
}

/** Sees that a run, or all folds, can have as many epochs as are asked for. */
export function requireEpochs(recipe: Recipe, epochs: number, what: string): void {
  if (epochs === recipe.epochs || !fixesEpochs(recipe)) return;
  throw new InputError({
    path: '--epochs',
    problem: `${epochs}, where ${what} started for ${recipe.epochs}`,
    expected: `${recipe.epochs}, since its learning rate (schedule ${recipe.schedule}) falls to 0 at their end`,
    hint: 'Train anew for more or fewer, or with --schedule exponential or constant, which can be prolonged',
  });
}

/** A configuration with what a resumed run is asked to do anew. */
export function askedAnew<Config extends Pick<RunConfig, 'data' | 'recipe'>>(
  config: Config,
  dir: string | undefined,
  epochs: number,
): Config {
  return {
    ...config,
    data: { ...config.data, folder: resolve(dir ?? config.data.folder) },
    recipe: { ...config.recipe, epochs },
  };
}

function requestFor(
  terminal: Terminal,
  dataset: Dataset,
  { polygons = [], pairs, unsure }: DatasetOptions,
  flags: TrainFlags,
  { network, source, recipe }: ChosenNetwork,
  found: readonly DuplicateTile[],
): RunRequest {
  const { width, height } = leastTile(dataset);
  const multiple = sizeMultiple(network);
  const largest = Math.floor(Math.min(width, height, recipe.crop) / multiple) * multiple;
  const crop = flags.crop ?? Math.max(multiple, largest);
  if (flags.crop === undefined && crop !== recipe.crop)
    terminal.err(
      `${dataset.smallestTile === undefined ? 'Tiles are' : 'The smallest tiles are'} ${width} x ${height}, and the network takes multiples of ${multiple}: squares of ${crop} pixels, not ${recipe.crop}.\n`,
    );
  const batch = flags.batch ?? recipe.batch;
  const oneByOne = network.architecture === 'onnx' && !network.batches;
  const together = recipe.microBatch === recipe.batch ? batch : recipe.microBatch;
  return {
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
    datasets: {
      train: flags.trainDatasets ? [...flags.trainDatasets] : null,
      validation: flags.validationDatasets ? [...flags.validationDatasets] : null,
    },
    model: network,
    source,
    recipe: {
      ...recipe,
      ...givenMethod(flags),
      seed: flags.seed,
      epochs: flags.epochs ?? recipe.epochs,
      batch,
      microBatch: flags.microBatch ?? (oneByOne ? 1 : together),
      crop,
      learningRate: flags.learningRate ?? recipe.learningRate,
      learningRateDecay: flags.learningRateDecay ?? recipe.learningRateDecay,
      negativeWeight: flags.negativeWeight ?? recipe.negativeWeight,
      cutoff: flags.cutoff ?? recipe.cutoff,
      sampling: samplingOf(flags, recipe),
      augmentation: augmentationOf(flags, recipe.augmentation),
    },
    duplicates: { rule: flags.duplicates, found },
  };
}
