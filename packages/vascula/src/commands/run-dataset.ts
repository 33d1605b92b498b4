import { InputError } from '@vascula/core';
import { type Dataset, type DatasetOptions, openDataset } from '../dataset/index.js';
import { faultOfPath } from '../files/index.js';
import type { RunConfig } from '../run/index.js';

/**
 * Opens the dataset of a run, or of folds by what they share, or the folder that was named for it, its labels
 * read as the run does or as `named` says.
 *
 * @param hint what to do where the data are no longer where they were.
 */
export async function openRunDataset(
  { config: { data } }: { readonly config: Pick<RunConfig, 'data'> },
  named: DatasetOptions & { readonly folder?: string | undefined },
  hint: string,
): Promise<Dataset> {
  if (named.folder === undefined) {
    const absent = await faultOfPath(data.folder, 'folder');
    if (absent !== undefined) throw new InputError({ ...absent, hint });
  }
  const { folder = data.folder, pairs, polygons, unsure } = named;
  if (pairs !== undefined) return openDataset(folder, { pairs });
  if (polygons === undefined && data.pairs !== undefined) {
    if (unsure !== undefined)
      throw new InputError({
        path: '--unsure',
        problem: 'the run has masks for labels, which hold no unsure outlines',
        hint: 'Name another dataset with --data and --polygons, or leave it out',
      });
    return openDataset(folder, { pairs: data.pairs });
  }
  return openDataset(folder, {
    polygons: polygons ?? data.polygons,
    unsure: unsure ?? data.unsure,
  });
}
