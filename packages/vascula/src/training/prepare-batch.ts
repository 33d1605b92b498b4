import { type Draw, drawPlacement, type Recipe, type SampleBatch, sampleInto } from '@vascula/core';
import type { Tile } from '../dataset/dataset.js';
import type { ImageSize } from '../dataset/tile-image.js';
import type { TileLoader } from './tile-loader.js';

/** What is to be in a batch: a plain value that can be sent to a worker. */
export interface BatchJob {
  readonly squares: readonly { readonly tile: Tile; readonly draw: Draw }[];
  /** What a tile must measure that does not say so itself. */
  readonly tileSize: ImageSize;
  readonly epoch: number;
  readonly recipe: Pick<Recipe, 'seed' | 'crop' | 'sampling' | 'augmentation'>;
}

/** Augments and stacks the squares of a batch, one tile after the other. What it writes depends on the job alone. */
export async function prepareBatch(
  job: BatchJob,
  batch: SampleBatch,
  load: TileLoader,
): Promise<void> {
  const { squares, tileSize, epoch, recipe } = job;
  for (const [slot, { tile, draw }] of squares.entries()) {
    const { image, mask } = await load(tile, tileSize);
    const placement = drawPlacement({ ...image, mask }, draw, epoch, recipe);
    sampleInto(image, mask, placement, batch, slot);
  }
}
