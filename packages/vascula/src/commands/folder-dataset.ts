import { describeFault } from '@vascula/core';
import { describePairs, listPairs } from '../check/index.js';
import {
  type Dataset,
  type DatasetOptions,
  findLabelFiles,
  openDataset,
} from '../dataset/index.js';
import { type DataFlags, datasetOptions } from './data-flags.js';
import type { Terminal } from './terminal.js';

/** Pairs that are printed before work begins. */
const PAIRS_SHOWN = 3;

/**
 * Opens a dataset folder as flags say, and shows the first of its pairs, where it is one of pairs.
 * `options` are what was asked for, label files as a run stores them.
 */
export async function openFolder(
  terminal: Terminal,
  dir: string,
  flags: DataFlags,
): Promise<{ readonly dataset: Dataset; readonly options: DatasetOptions }> {
  const { pairs, polygons = ['polygons.jsonl'], unsure } = datasetOptions(flags);
  const options: DatasetOptions =
    pairs === undefined ? { polygons: await findLabelFiles(dir, polygons), unsure } : { pairs };
  const dataset = await openDataset(dir, options, (warning) =>
    terminal.err(`Warning: ${describeFault(warning)}\n`),
  );
  if (dataset.pairs) terminal.err(`${describePairs(listPairs(dataset), PAIRS_SHOWN).join('\n')}\n`);
  return { dataset, options };
}
