import { InputError } from '@vascula/core';
import { type Dataset, openDataset } from '../dataset/index.js';
import { faultOfPath } from '../files/index.js';
import type { RunConfig } from '../run/index.js';

/**
 * Opens the dataset of a run, or of folds by what they share, or the folder that was named for it.
 *
 * @param hint what to do where the data are no longer where they were.
 */
export async function openRunDataset(
  { config: { data } }: { readonly config: Pick<RunConfig, 'data'> },
  named: {
    readonly folder?: string | undefined;
    readonly polygons?: readonly string[] | undefined;
  },
  hint: string,
): Promise<Dataset> {
  if (named.folder === undefined) {
    const absent = await faultOfPath(data.folder, 'folder');
    if (absent !== undefined) throw new InputError({ ...absent, hint });
  }
  return openDataset(named.folder ?? data.folder, { polygons: named.polygons ?? data.polygons });
}
