import { groupBy, groupLabel, type MeasuredTile, randomStream } from '@vascula/core';
import { readTile, type Tile } from '../dataset/index.js';
import type { Block } from '../pages/index.js';
import { labelMasks } from './measure.js';
import { sample } from './pictures.js';

type PicturesBlock = Extract<Block, { kind: 'pictures' }>;

/** Tiles shown of each (dataset, slide). */
const SAMPLES = 4;
/** Images shown of a dataset of pairs. */
const PAIRS = 12;

export interface GalleryOptions {
  readonly seed: number;
  /** A name for a tile's picture, unlike any other tile's. */
  readonly fileName: (id: string) => string;
  readonly signal: AbortSignal;
  /** True where each image is a slide of its own: one gallery then shows some of all. */
  readonly pairs?: boolean | undefined;
}

/**
 * Some tiles of each (dataset, slide), the same for the same seed whatever the other groups hold:
 * labelled ones where the group has any.
 */
export async function gallery(
  measured: readonly MeasuredTile[],
  tiles: ReadonlyMap<string, Tile>,
  { seed, fileName, signal, pairs }: GalleryOptions,
): Promise<PicturesBlock[]> {
  const groups = pairs
    ? [{ key: undefined, rows: measured }].filter(({ rows }) => rows.length > 0)
    : groupBy(measured, ['dataset', 'source']);
  const blocks: PicturesBlock[] = [];
  for (const { key, rows } of groups) {
    const { dataset, source } = key ?? { dataset: 'all', source: 'all' };
    const labelled = rows.filter((tile) => tile.labelled === 1);
    const candidates = (labelled.length > 0 ? labelled : rows).map(({ id }) => id).sort();
    const chosen = randomStream(seed, 'gallery', dataset, source)
      .shuffled(candidates)
      .slice(0, pairs ? PAIRS : SAMPLES);
    const pictures: PicturesBlock['pictures'][number][] = [];
    for (const id of chosen) {
      signal.throwIfAborted();
      pictures.push(await samplePicture(tiles.get(id) as Tile, `sample-${fileName(id)}`));
    }
    const name = key === undefined ? 'images' : groupLabel(key);
    blocks.push({
      kind: 'pictures',
      name: `samples-${dataset}-${source}`,
      title: `${name[0].toUpperCase()}${name.slice(1)}`,
      caption:
        labelled.length > 0
          ? `${chosen.length} of ${labelled.length} labelled tiles, drawn by seed ${seed}: the tile, its labels, both.`
          : `${chosen.length} of ${rows.length} tiles, drawn by seed ${seed}. None of them has labels.`,
      pictures,
    });
  }
  return blocks;
}

async function samplePicture(tile: Tile, name: string): Promise<PicturesBlock['pictures'][number]> {
  const image = await readTile(tile);
  const masks = await labelMasks(tile, image);
  const place = tile.size === undefined ? ` at column ${tile.i}, row ${tile.j}` : '';
  const seen =
    masks === undefined ? 'the tile' : 'the tile, its labels, and their outlines over it';
  return {
    name,
    ...(await sample(image, masks)),
    label: tile.id,
    alt: `Tile ${tile.id}${place}: ${seen}`,
  };
}
