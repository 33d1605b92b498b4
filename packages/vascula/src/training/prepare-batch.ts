import { type Draw, drawPlacement, type Recipe, type SampleBatch, sampleInto } from '@vascula/core';
import type { Tile } from '../dataset/dataset.js';
import { readTile, tileMask } from '../dataset/tile.js';
import type { ImageSize } from '../dataset/tile-image.js';
import type { TileMemory } from '../dataset/tile-memory.js';

/** What is to be in a batch: a plain value that can be sent to a worker. */
export interface BatchJob {
  readonly squares: readonly { readonly tile: Tile; readonly draw: Draw }[];
  /** What a tile must measure. */
  readonly tileSize: ImageSize;
  readonly epoch: number;
  readonly recipe: Pick<Recipe, 'seed' | 'crop'>;
}

/**
 * Decodes, augments and stacks the squares of a batch, one tile after the other in the same memory. What
 * it writes depends on the job alone.
 */
export async function prepareBatch(
  job: BatchJob,
  batch: SampleBatch,
  memory: TileMemory,
): Promise<void> {
  const { squares, tileSize, epoch, recipe } = job;
  for (const [slot, { tile, draw }] of squares.entries()) {
    const image = await readTile(tile, tileSize, memory);
    const mask = await tileMask(tile, 'blood_vessel', image, memory);
    sampleInto(image, mask, drawPlacement(image, draw, epoch, recipe), batch, slot);
  }
}
