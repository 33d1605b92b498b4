import { join } from 'node:path';
import { comparisonStrip, threshold } from '@vascula/core';
import sharp from 'sharp';
import { writeFileAtomic } from '../files/index.js';
import type { LabelledTile } from '../training/index.js';

/** Writes `ID.png`: tile, truth, prediction, and both over the tile (see `comparisonStrip`). */
export async function writeComparison(
  folder: string,
  { tile, image, mask }: LabelledTile,
  probability: Float32Array,
  cutoff: number,
): Promise<void> {
  const { data, width, height } = comparisonStrip(image, mask, threshold(probability, cutoff));
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  await writeFileAtomic(join(folder, `${tile.id}.png`), png);
}
