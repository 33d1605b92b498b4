import { type Draw, drawPlacement, type Recipe, type SampleBatch, sampleInto } from '@vascula/core';
import type { Tile } from '../dataset/dataset.js';
import { readTile, tileMask } from '../dataset/tile.js';
import type { ImageSize } from '../dataset/tile-image.js';
import { mapConcurrent } from '../files/concurrent.js';

/** What is to be in a batch: a plain value that can be sent to a worker. */
export interface BatchJob {
  readonly squares: readonly { readonly tile: Tile; readonly draw: Draw }[];
  /** What a tile must measure. */
  readonly tileSize: ImageSize;
  readonly epoch: number;
  readonly recipe: Pick<Recipe, 'seed' | 'crop'>;
}

/** One tile is decoded while the file of the other is read; more would only hold more of them. */
const TILES_AT_ONCE = 2;

/** Decodes, augments and stacks the squares of a batch. What it writes depends on the job alone. */
export async function prepareBatch(job: BatchJob, batch: SampleBatch): Promise<void> {
  const { squares, tileSize, epoch, recipe } = job;
  await mapConcurrent([...squares.entries()], TILES_AT_ONCE, async ([slot, { tile, draw }]) => {
    const image = await readTile(tile, tileSize);
    const mask = await tileMask(tile, 'blood_vessel', image);
    sampleInto(image, mask, drawPlacement(image, draw, epoch, recipe), batch, slot);
  });
}
