import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SYNTHETIC_SLIDES, type SyntheticTile, syntheticTile } from '@vascula/core';
import sharp from 'sharp';
import { claimEmptyFolder, writeFileAtomic } from '../files/index.js';
import { catalogue, tileId } from './catalogue.js';
import { RowsFile } from './rows-file.js';

export interface SyntheticDatasetOptions {
  /** Number of labelled tiles, 1 or more. */
  readonly tiles: number;
  /** Side of a tile in pixels, a multiple of 32. */
  readonly size: number;
  readonly seed: number;
}

export interface SyntheticDatasetHooks {
  /** Called after each tile, unlabelled ones included. */
  readonly progress?: (done: number, total: number) => void;
  /** Stops between two tiles; the folder is left empty. */
  readonly signal?: AbortSignal;
}

/** What was written. */
export interface SyntheticDatasetReport extends SyntheticDatasetOptions {
  readonly directory: string;
  readonly testTiles: number;
  readonly polygons: { blood_vessel: number; glomerulus: number; unsure: number };
  /** Mean share of pixels that are vessel, over labelled tiles. */
  readonly vesselShare: number;
  /** Labelled tiles of each (dataset, source). */
  readonly groups: readonly { dataset: number; source: number; tiles: number }[];
}

/** Unlabelled tiles in `test/`. */
export const TEST_TILES = 3;

/** Made-up people, so that `wsi_meta.csv` reads as the competition's does. */
const SLIDES_CSV = `source_wsi,age,sex,race,height,weight,bmi
1,61,F,W,164.0,63.0,23.4
2,52,F,B,171.0,96.0,32.8
3,70,M,W,178.0,84.0,26.5
4,47,M,W,169.0,71.0,24.9
`;

/**
 * Writes a synthetic dataset in the layout of the competition: `train/ID.tif`, `test/ID.tif` (LZW
 * TIFF, RGB, 8 bits), `polygons.jsonl`, `tile_meta.csv`, `wsi_meta.csv`, `sample_submission.csv`.
 *
 * The same options give the same pixels and labels. One tile is held at a time. The tables come last,
 * so a folder with `tile_meta.csv` is complete; where writing fails or is stopped, what was written
 * is removed again.
 *
 * @throws InputError where `directory` is not a new or empty folder.
 * @throws the reason of `signal` once it is aborted.
 */
export async function writeSyntheticDataset(
  directory: string,
  options: SyntheticDatasetOptions,
  { progress, signal }: SyntheticDatasetHooks = {},
): Promise<SyntheticDatasetReport> {
  await claimEmptyFolder(directory);
  const { tiles, size, seed } = options;
  const tables: RowsFile[] = [];
  const table = async (name: string): Promise<RowsFile> => {
    const file = await RowsFile.create(join(directory, name));
    tables.push(file);
    return file;
  };
  try {
    await mkdir(join(directory, 'train'));
    await mkdir(join(directory, 'test'));
    const labels = await table('polygons.jsonl');
    const metadata = await table('tile_meta.csv');
    await metadata.write('id,source_wsi,dataset,i,j');
    const polygons = { blood_vessel: 0, glomerulus: 0, unsure: 0 };
    const counts = SYNTHETIC_SLIDES.map(() => 0);
    let vesselPixels = 0;
    for (const { id, item, slide, i, j } of catalogue(tiles, size, seed)) {
      signal?.throwIfAborted();
      const tile = syntheticTile({ seed, item, size, slide });
      await writeTile(join(directory, 'train', `${id}.tif`), tile, size);
      await labels.write(JSON.stringify({ id, annotations: tile.annotations }));
      await metadata.write([id, slide.source, slide.dataset, i, j].join());
      for (const { type } of tile.annotations) polygons[type]++;
      for (const pixel of tile.vesselMask) vesselPixels += pixel;
      counts[SYNTHETIC_SLIDES.indexOf(slide)]++;
      progress?.(item + 1, tiles + TEST_TILES);
    }
    let submission = 'id,height,width,prediction_string\n';
    for (let n = 0; n < TEST_TILES; n++) {
      signal?.throwIfAborted();
      // The hidden test set is of dataset 1, from other slides; here from the same.
      const item = tiles + n;
      const slide = SYNTHETIC_SLIDES[n % 2];
      const id = tileId(seed, item);
      const tile = syntheticTile({ seed, item, size, slide });
      await writeTile(join(directory, 'test', `${id}.tif`), tile, size);
      submission += `${id},${size},${size},\n`;
      progress?.(item + 1, tiles + TEST_TILES);
    }
    await writeFileAtomic(join(directory, 'wsi_meta.csv'), SLIDES_CSV);
    await writeFileAtomic(join(directory, 'sample_submission.csv'), submission);
    await labels.finish();
    await metadata.finish();
    return {
      directory,
      tiles,
      size,
      seed,
      testTiles: TEST_TILES,
      polygons,
      vesselShare: vesselPixels / (tiles * size * size),
      groups: SYNTHETIC_SLIDES.map(({ dataset, source }, at) => ({
        dataset,
        source,
        tiles: counts[at],
      })),
    };
  } catch (error) {
    await Promise.allSettled(tables.map((file) => file.close()));
    await clear(directory);
    throw error;
  }
}

/** Removes what `writeSyntheticDataset` made; the folder was empty, so that is all it holds. */
async function clear(directory: string): Promise<void> {
  const made = ['train', 'test', '.polygons.jsonl.tmp', '.tile_meta.csv.tmp'];
  const tables = ['polygons.jsonl', 'tile_meta.csv', 'wsi_meta.csv', 'sample_submission.csv'];
  for (const name of [...made, ...tables])
    await rm(join(directory, name), { recursive: true, force: true });
}

async function writeTile(path: string, { image }: SyntheticTile, size: number): Promise<void> {
  const raw = { width: size, height: size, channels: 3 } as const;
  await writeFileAtomic(path, await sharp(image, { raw }).tiff({ compression: 'lzw' }).toBuffer());
}
