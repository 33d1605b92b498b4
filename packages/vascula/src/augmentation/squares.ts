import {
  type Augmentation,
  type Crop,
  drawCrop,
  IGNORED,
  labelColours,
  paintOutline,
  type RgbPixels,
  randomStream,
  sampleInto,
} from '@vascula/core';
import sharp from 'sharp';
import type { Dataset } from '../dataset/index.js';
import type { Picture } from '../pages/index.js';
import { type LabelledTile, labelledTiles, tileSource } from '../training/index.js';

/** A square of a tile that augmentations are shown on. */
export interface ShownSquare extends LabelledTile {
  readonly crop: Crop;
}

/**
 * Squares of some labelled tiles, around a vessel pixel each: the same for the same seed. Tiles without
 * vessels come in only where there are too few others.
 *
 * @throws InputError where a tile cannot be read, or is smaller than a square.
 */
export async function shownSquares(
  dataset: Dataset,
  { tiles: count, crop: size, seed }: { tiles: number; crop: number; seed: number },
  { progress, signal }: { progress(done: number, total: number): void; signal: AbortSignal },
): Promise<readonly ShownSquare[]> {
  const source = tileSource(dataset);
  const ids = randomStream(seed, 'tiles shown').shuffled(
    labelledTiles(dataset).map(({ id }) => id),
  );
  const withVessel: ShownSquare[] = [];
  const without: ShownSquare[] = [];
  for (const id of ids) {
    if (withVessel.length === count) break;
    signal.throwIfAborted();
    const tile = await source.load(id);
    const foreground = { mask: tile.mask, share: 1 };
    const request = { width: tile.image.width, height: tile.image.height, size, foreground };
    const square = { ...tile, crop: drawCrop(randomStream(seed, id, 'square shown'), request) };
    if (tile.mask.includes(1)) withVessel.push(square);
    else if (without.length < count) without.push(square);
    progress(withVessel.length, count);
  }
  return [...withVessel, ...without].slice(0, count);
}

/** The augmented square with the outline of its truth, and of what does not count. */
export async function squarePicture(
  { tile, image, mask, crop }: ShownSquare,
  augmentation: Augmentation,
  text: Pick<Picture, 'name' | 'label'>,
): Promise<Picture> {
  const { size } = crop;
  const area = size * size;
  const batch = { image: new Float32Array(3 * area), mask: new Float32Array(area), size };
  sampleInto(image, mask, { crop, augmentation }, batch, 0);
  const square: RgbPixels = { width: size, height: size, data: interleaved(batch.image) };
  const truth = Uint8Array.from(batch.mask);
  const thickness = Math.max(1, Math.round(size / 170));
  const ignored = truth.map((value) => Number(value === IGNORED));
  paintOutline(square, ignored, labelColours.unsure, thickness);
  paintOutline(square, truth, labelColours.vessel, thickness);
  const jpeg = await sharp(square.data, { raw: { width: size, height: size, channels: 3 } })
    .jpeg({ quality: 85, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return {
    ...text,
    jpeg,
    width: size,
    height: size,
    alt: `Square of tile ${tile.id}, ${text.label}, with the outlines of its vessels`,
  };
}

/** Three planes of 0 to 255 as rows of whole pixels. */
function interleaved(planes: Float32Array): Uint8Array {
  const area = planes.length / 3;
  return Uint8Array.from({ length: planes.length }, (_, k) =>
    Math.round(planes[(k % 3) * area + Math.floor(k / 3)] as number),
  );
}
