import { augmentationPresets } from '@vascula/core';
import { augmentationPage } from '../augmentation/index.js';
import { claimEmptyFolder } from '../files/index.js';
import { leastTile } from '../run/index.js';
import type { AugmentFlags } from './augment.js';
import { augmentationOf } from './augmentation-flags.js';
import { openFolder } from './folder-dataset.js';
import type { Terminal } from './terminal.js';
import { writePageHere } from './write-page-here.js';

/** Side of the squares of the quick preset. */
const CROP = 256;

/** Shows augmentation of a dataset on this machine. */
export async function augmentHere(
  terminal: Terminal,
  dir: string,
  { output, crop, tiles, seed, json, ...flags }: AugmentFlags,
): Promise<void> {
  const settings = augmentationOf(flags, augmentationPresets.strong);
  const { dataset } = await openFolder(terminal, dir, flags);
  const { width, height } = leastTile(dataset);
  const request = { settings, crop: crop ?? Math.min(CROP, width, height), tiles, seed };
  // Before the work whose result it is to hold.
  await claimEmptyFolder(output);
  await writePageHere(terminal, output, json === true, (hooks) =>
    augmentationPage(dataset, request, hooks),
  );
}
