import { basename, resolve } from 'node:path';
import { type Page, picturePath } from '../pages/index.js';
import { collect } from './collect.js';
import { type ExploreOptions, summariseCollected } from './exploration.js';
import { gallery } from './gallery.js';
import { sections } from './sections.js';

export interface ExploreHooks {
  /** Called after each image of the dataset. */
  progress?(stage: string, done: number, total: number): void;
  readonly signal: AbortSignal;
}

/**
 * Explores a dataset folder: a page with every table and figure, whose `data` are all its numbers
 * (`Exploration`). Faults of the data are shown in the page and do not throw. Beyond a few images at a
 * time, memory grows with the number of tiles by their numbers and thumbnails.
 *
 * @throws InputError where the dataset's folder is missing.
 * @throws the reason of `signal` once it is aborted.
 */
export async function explorePage(
  folder: string,
  options: ExploreOptions,
  { progress, signal }: ExploreHooks,
): Promise<Page> {
  const collected = await collect(folder, options, {
    progress: (done, total) => progress?.('Measuring', done, total),
    signal,
  });
  const { exploration, splits } = summariseCollected(folder, options, collected);
  const { thumbnails, entries, measured, tiles } = collected;
  // Ids may differ in nothing but case, which some file systems do not see: numbers tell them apart.
  const numbers = new Map(entries.map(({ id }, at) => [id, at + 1]));
  const fileName = (id: string) => `${numbers.get(id)}-${id}`;
  const thumbnailOf = (id: string) => {
    const jpeg = thumbnails.get(id);
    return jpeg && { name: `tile-${fileName(id)}`, jpeg };
  };
  const { rows, labelled } = exploration.totals;
  const labels =
    options.pairs === undefined
      ? `label files ${exploration.polygons.join(', ') || 'none'}`
      : `masks ${options.pairs.masks}`;
  return {
    title: `Exploration of ${basename(resolve(folder))}`,
    subtitle: `${labelled} labelled tiles of ${rows}, ${labels}`,
    sections: sections({
      exploration,
      collected,
      splits,
      gallery: await gallery(measured, tiles, {
        seed: options.seed,
        fileName,
        signal,
        pairs: options.pairs !== undefined,
      }),
      pictureOf(id) {
        const picture = thumbnailOf(id);
        return picture && picturePath(picture);
      },
    }),
    data: exploration,
    hoverPictures: [...thumbnails.keys()].flatMap((id) => thumbnailOf(id) ?? []),
  };
}
