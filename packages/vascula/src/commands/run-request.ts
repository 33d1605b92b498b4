import { sizeMultiple } from '@vascula/core';
import type { Dataset, DatasetOptions } from '../dataset/index.js';
import type { Plan } from '../plan/index.js';
import { leastTile } from '../run/index.js';
import type { DuplicateTile, RunRequest } from '../training/index.js';
import { augmentationOf, samplingOf } from './augmentation-flags.js';
import { type ChosenNetwork, chooseNetwork } from './choose-network.js';
import { lookForDuplicates } from './duplicates-here.js';
import { openFolder } from './folder-dataset.js';
import type { IsGiven } from './plan-flags.js';
import { type PreparedFlags, preparePlanned } from './prepare-planned.js';
import { givenMethod } from './recipe-flags.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { version } from './version.js';

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
