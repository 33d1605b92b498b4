import { isAbsolute, join } from 'node:path';
import { type Fault, InputError, type UnsureRule } from '@vascula/core';
import { faultOfPath } from '../files/index.js';
import { type FindingSink, throwFirstFault } from './findings.js';
import { listFolder, listTileFiles, type TileFiles } from './folder.js';
import { findLabelFiles } from './label-files.js';
import { indexLabels, type TileLabels } from './labels.js';
import { indexPairs, type MaskLabels, type PairsOptions, sizeRange } from './pairs.js';
import { checkSampleSubmission } from './sample-submission.js';
import { readSlideMeta, type Slide } from './slide-meta.js';
import { type ImageSize, readTileSize } from './tile-image.js';
import { readTileMeta, type TileMeta } from './tile-meta.js';

/** A row of `tile_meta.csv` with what belongs to it, or an image of a dataset of pairs. */
export interface Tile extends TileMeta {
  /** `train/ID.tif`, or an image of a pair; undefined where it was not downloaded. */
  readonly file: string | undefined;
  /** Where its annotations or its mask are; undefined for a tile without labels. See `tileTruth`. */
  readonly labels: TileLabels | MaskLabels | undefined;
  /** Of an image of a pair, which may have any; others have their dataset's. */
  readonly size?: ImageSize | undefined;
}

/** A dataset folder without its pixels and points: memory for an index only. */
export interface DatasetIndex {
  readonly folder: string;
  /** In the order of `tile_meta.csv`. */
  readonly tiles: readonly Tile[];
  /** By slide number (`source`): those of `wsi_meta.csv`, often fewer than the tiles name. */
  readonly slides: ReadonlyMap<number, Slide>;
  /** `train/ID.tif` by id, those without a row too. */
  readonly trainFiles: TileFiles;
  /** `test/ID.tif` by id. */
  readonly testFiles: TileFiles;
  /** True for a dataset of pairs: images by themselves, of any format and size. */
  readonly pairs?: true | undefined;
}

export interface Dataset extends DatasetIndex {
  /** What a tile of this dataset measures; of several sizes the largest width and height. */
  readonly tileSize: ImageSize;
  /** The smallest width and height, where sizes differ. */
  readonly smallestTile?: ImageSize | undefined;
}

export interface DatasetOptions {
  /**
   * Label files, as `findLabelFiles` finds them. Default `polygons.jsonl`; `[]` for a dataset without
   * labels.
   */
  readonly polygons?: readonly string[] | undefined;
  /** Images and masks in place of the competition's layout. */
  readonly pairs?: PairsOptions | undefined;
  /**
   * What becomes of pixels inside `unsure` outlines that no vessel has: background unless told, as the
   * competition scores them.
   */
  readonly unsure?: UnsureRule | undefined;
}

/** Files whose headers decide the tile size: enough that one odd file does not. */
const SIZE_SAMPLE = 15;

/**
 * Opens a folder in the competition's layout, or one of image/mask pairs, for work. Metadata and every label line are read and
 * checked; no image is decoded, points stay in their file.
 *
 * Required: `tile_meta.csv`, `train/` with at least one `ID.tif`, each label file. Optional:
 * `wsi_meta.csv`, `test/`, `sample_submission.csv`. A row without a file is a partial download.
 *
 * `tileSize` is the commonest among the first readable tiles (labelled tiles first); `readTile` holds
 * each tile against it. `vascula check` looks at all of them.
 *
 * `doubt` is told what makes a pairing doubtful, which is no fault.
 *
 * Throws `InputError` with the first fault met.
 */
export async function openDataset(
  folder: string,
  options: DatasetOptions = {},
  doubt: (fault: Fault) => void = () => {},
): Promise<Dataset> {
  const index = await indexDataset(folder, options, {
    ...throwFirstFault,
    warning: (kind, fault) => (kind === 'pairing' || kind === 'jpeg-mask') && doubt(fault),
  });
  if (index === undefined) throw new Error(`${folder}: not indexed and no fault thrown`);
  const range = index.pairs && sizeRange(index.tiles);
  if (range === undefined) return { ...index, tileSize: await sampleTileSize(index) };
  const { least, most } = range;
  const isOneSize = least.width === most.width && least.height === most.height;
  return { ...index, tileSize: most, ...(!isOneSize && { smallestTile: least }) };
}

/**
 * Reads everything of a dataset folder but pixels, reporting to `sink` and going on as long as it
 * returns. Undefined where there is no such folder, or nothing in it.
 */
export async function indexDataset(
  folder: string,
  { polygons = ['polygons.jsonl'], pairs, unsure = 'background' }: DatasetOptions,
  sink: FindingSink,
): Promise<DatasetIndex | undefined> {
  if (pairs !== undefined) return indexPairs(folder, pairs, sink);
  const names = await listFolder(folder, sink);
  if (names === undefined) return undefined;
  if (names.length === 0) {
    const expected = 'tile_meta.csv, polygons.jsonl, train/';
    sink.fault('missing', { path: folder, problem: 'is an empty folder', expected });
    return undefined;
  }
  const table = await readTileMeta(join(folder, 'tile_meta.csv'), sink);
  const trainFiles = await listTileFiles(join(folder, 'train'), sink);
  const slides = (await present(folder, 'wsi_meta.csv', 'file', sink))
    ? await readSlideMeta(join(folder, 'wsi_meta.csv'), sink)
    : new Map<number, Slide>();
  const testFiles = (await present(folder, 'test', 'folder', sink))
    ? await listTileFiles(join(folder, 'test'), sink)
    : undefined;
  if (await present(folder, 'sample_submission.csv', 'file', sink)) {
    await checkSampleSubmission(join(folder, 'sample_submission.csv'), sink);
  }
  const labels = await indexLabels(
    (await findLabelFiles(folder, polygons)).map((name) =>
      isAbsolute(name) ? name : join(folder, name),
    ),
    sink,
  );
  reportStrays(folder, table.ids, trainFiles, labels, sink);
  const tiles = table.tiles.map((meta) => ({
    ...meta,
    file: trainFiles?.get(meta.id),
    labels: withRule(labels.get(meta.id), unsure),
  }));
  const none: TileFiles = new Map();
  return { folder, tiles, slides, trainFiles: trainFiles ?? none, testFiles: testFiles ?? none };
}

function withRule(labels: TileLabels | undefined, unsure: UnsureRule): TileLabels | undefined {
  return labels && unsure === 'ignored' ? { ...labels, ignoresUnsure: true } : labels;
}

/** True where an optional part is there, of whatever kind: the wrong kind is its reader's fault to report. */
async function present(
  folder: string,
  name: string,
  kind: 'file' | 'folder',
  sink: FindingSink,
): Promise<boolean> {
  const path = join(folder, name);
  const absent = await faultOfPath(path, kind);
  if (absent?.problem !== 'is missing') return true;
  sink.warning('optional-missing', { ...absent, hint: 'Nothing here needs it.' });
  return false;
}

/** Labels and files that belong to no tile. What could not be read itself (undefined) accuses nobody. */
function reportStrays(
  folder: string,
  ids: ReadonlySet<string> | undefined,
  trainFiles: TileFiles | undefined,
  labels: ReadonlyMap<string, TileLabels>,
  sink: FindingSink,
): void {
  const table = join(folder, 'tile_meta.csv');
  for (const [id, { path, line }] of labels) {
    const place = { path, line, field: 'id' };
    if (ids !== undefined && !ids.has(id)) {
      const problem = `${id} is labelled, and has no row in ${table}`;
      sink.fault('label-without-row', {
        ...place,
        problem,
        hint: 'Add its row, or drop the line.',
      });
    }
    if (trainFiles !== undefined && !trainFiles.has(id)) {
      const problem = `${id} is labelled, and ${join(folder, 'train', `${id}.tif`)} is missing`;
      sink.fault('label-without-file', {
        ...place,
        problem,
        hint: 'Get the file, or drop the line.',
      });
    }
  }
  if (ids === undefined) return;
  for (const [id, path] of trainFiles ?? []) {
    if (ids.has(id)) continue;
    const problem = `has no row in ${table}`;
    sink.fault('file-without-row', { path, problem, hint: 'Add its row, or move the file away.' });
  }
}

async function sampleTileSize({ tiles, folder }: DatasetIndex): Promise<ImageSize> {
  const present = tiles.filter(({ file }) => file !== undefined);
  const labelled = present.filter(({ labels }) => labels !== undefined);
  const files = (labelled.length > 0 ? labelled : present).slice(0, SIZE_SAMPLE);
  const sizes: ImageSize[] = [];
  let first: InputError | undefined;
  for (const { file } of files) {
    try {
      sizes.push(await readTileSize(file as string));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      first ??= error;
    }
  }
  const size = commonestSize(sizes);
  if (size !== undefined) return size;
  throw (
    first ?? new InputError({ path: join(folder, 'train'), problem: 'holds no file of a tile' })
  );
}

/** The size met most often, the earlier one where two are met as often. */
export function commonestSize(sizes: Iterable<ImageSize>): ImageSize | undefined {
  const counts = new Map<string, { size: ImageSize; count: number }>();
  for (const { width, height } of sizes) {
    const key = `${width}x${height}`;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { size: { width, height }, count: 1 });
    else entry.count++;
  }
  let best: { size: ImageSize; count: number } | undefined;
  for (const entry of counts.values()) if (entry.count > (best?.count ?? 0)) best = entry;
  return best?.size;
}
