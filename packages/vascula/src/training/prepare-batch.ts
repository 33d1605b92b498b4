import { type Draw, drawPlacement, type Recipe, type SampleBatch, sampleInto } from '@vascula/core';
import type { Tile } from '../dataset/dataset.js';
import { readTile, tileTruth } from '../dataset/tile.js';
import type { ImageSize } from '../dataset/tile-image.js';
import type { TileMemory } from '../dataset/tile-memory.js';

/** What is to be in a batch: a plain value that can be sent to a worker. */
export interface BatchJob {
  readonly squares: readonly { readonly tile: Tile; readonly draw: Draw }[];
  /** What a tile must measure that does not say so itself. */
  readonly tileSize: ImageSize;
  readonly epoch: number;
  readonly recipe: Pick<Recipe, 'seed' | 'crop' | 'sampling' | 'augmentation'>;
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
    const mask = await tileTruth(tile, image, memory);
    const placement = drawPlacement({ ...image, mask }, draw, epoch, recipe);
    sampleInto(image, mask, placement, batch, slot);
  }
}
