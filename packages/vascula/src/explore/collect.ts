import { InputError, type MeasuredTile, type TileEntry } from '@vascula/core';
import { type CheckReport, checkIndexed, FindingList, type Watch } from '../check/index.js';
import {
  type AnnotationType,
  type DatasetOptions,
  indexDataset,
  type Slide,
  type Tile,
} from '../dataset/index.js';
import { faultOfPath } from '../files/index.js';
import { labelMasks, measureTile } from './measure.js';
import { thumbnail } from './pictures.js';

/** Everything of a dataset that the page is made from. */
export interface Collected {
  /** What `vascula check` says of the folder. */
  readonly report: CheckReport;
  /** Rows of `tile_meta.csv`, in its order. */
  readonly entries: readonly TileEntry[];
  /** Those whose image could be read, in the same order. */
  readonly measured: readonly MeasuredTile[];
  readonly slides: readonly Slide[];
  /** Tiles by id, to read again. */
  readonly tiles: ReadonlyMap<string, Tile>;
  /** JPEG by tile id: small ones, of at most `THUMBNAILS` tiles. */
  readonly thumbnails: ReadonlyMap<string, Uint8Array>;
}

/** Most tiles with a picture to hover, labelled ones first: what keeps a page under 15 MB. */
const THUMBNAILS = 1700;

/**
 * Reads a dataset folder once: every file of `train/` and `test/` is decoded, checked and measured, a
 * few at a time; of each tile only its numbers and a thumbnail stay. Faults of the data are kept in the
 * report, and the tiles at fault are left out.
 *
 * @throws InputError where the folder itself is missing, or its labels change while they are read.
 */
export async function collect(
  folder: string,
  options: DatasetOptions,
  { progress, signal }: Pick<Watch, 'progress' | 'signal'>,
): Promise<Collected> {
  const absent = await faultOfPath(folder, 'folder');
  if (absent !== undefined) throw new InputError(absent);
  const found = new FindingList();
  const index = await indexDataset(folder, options, found);
  const tiles = index?.tiles ?? [];
  const byFile = new Map(tiles.map((tile) => [tile.file, tile]));
  const pictured = withPicture(tiles);
  const measured = new Map<string, MeasuredTile>();
  const thumbnails = new Map<string, Uint8Array>();
  const report = await checkIndexed(folder, index, found, {
    progress,
    signal,
    async decoded(file, image) {
      const tile = byFile.get(file);
      if (tile === undefined) return;
      const masks = await labelMasks(tile, image);
      measured.set(tile.id, measureTile(tile, image, masks));
      if (pictured.has(tile.id)) thumbnails.set(tile.id, await thumbnail(image, masks));
    },
  });
  return {
    report,
    entries: tiles.map(entryOf),
    measured: tiles.flatMap(({ id }) => measured.get(id) ?? []),
    slides: [...(index?.slides.values() ?? [])].sort((a, b) => a.source - b.source),
    tiles: new Map(tiles.map((tile) => [tile.id, tile])),
    thumbnails,
  };
}

function withPicture(tiles: readonly Tile[]): ReadonlySet<string> {
  const present = tiles.filter(({ file }) => file !== undefined);
  const labelled = present.filter(({ labels }) => labels !== undefined);
  const others = present.filter(({ labels }) => labels === undefined);
  return new Set([...labelled, ...others].slice(0, THUMBNAILS).map(({ id }) => id));
}

function entryOf({ id, dataset, source, i, j, file, labels }: Tile): TileEntry {
  const polygons = (wanted: AnnotationType) =>
    labels?.polygons.filter(({ type }) => type === wanted).length ?? 0;
  return {
    id,
    dataset,
    source,
    i,
    j,
    files: file === undefined ? 0 : 1,
    labelled: labels === undefined ? 0 : 1,
    vesselPolygons: polygons('blood_vessel'),
    glomerulusPolygons: polygons('glomerulus'),
    unsurePolygons: polygons('unsure'),
  };
}
