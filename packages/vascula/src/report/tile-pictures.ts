import { comparisonStrip, type RgbPixels } from '@vascula/core';
import sharp from 'sharp';
import type { Picture } from '../pages/index.js';
import type { LabelledTile } from '../training/index.js';

/** Longer side of a panel of a strip, and of a thumbnail, in pixels at most. */
const panelSide = 256;
const thumbnailSide = 192;

/** A strip of a tile: tile, truth, and for each prediction (0/1, height * width) itself and its overlay. */
export async function stripPicture(
  { tile, image, mask }: LabelledTile,
  predictions: readonly Uint8Array[],
  text: Pick<Picture, 'name' | 'label'>,
): Promise<Picture> {
  const strip = comparisonStrip(image, mask, ...predictions);
  const scale = Math.min(1, panelSide / Math.max(image.width, image.height));
  const width = Math.round(strip.width * scale);
  const height = Math.round(strip.height * scale);
  const panels = predictions.length === 1 ? 'prediction and overlay' : 'predictions and overlays';
  return {
    ...text,
    jpeg: await jpeg(strip, width, height),
    width,
    height,
    alt: `Tile ${tile.id}, its true vessels, ${panels}`,
  };
}

/** A small JPEG of a picture. */
export async function thumbnail(image: RgbPixels): Promise<Uint8Array> {
  const scale = Math.min(1, thumbnailSide / Math.max(image.width, image.height));
  return jpeg(image, Math.round(image.width * scale), Math.round(image.height * scale));
}

function jpeg(
  { data, width, height }: RgbPixels,
  toWidth: number,
  toHeight: number,
): Promise<Uint8Array> {
  return (
    sharp(data, { raw: { width, height, channels: 3 } })
      .resize(toWidth, toHeight)
      // Full colour resolution: masks are coloured areas with thin borders.
      .jpeg({ quality: 80, chromaSubsampling: '4:4:4' })
      .toBuffer()
  );
}
