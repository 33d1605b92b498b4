import { type RgbPixels, SYNTHETIC_SLIDES, syntheticTile } from '@vascula/core';
import type { LabelledTile, TileSource } from '../training/index.js';

/** Where the pixels of a test tile are from. */
export const tileOrigins = ['validation', 'synthetic'] as const;
export type TileOrigin = (typeof tileOrigins)[number];

/** A small image that an artefact carries, to see that it computes the same elsewhere. */
export interface TestTile extends RgbPixels {
  readonly origin: TileOrigin;
}

/** Side in pixels at least, unless tiles are smaller: 27 kB of pixels. */
const LEAST_SIDE = 96;

/** Share of vessel that is looked for: both classes, and boundaries between them. */
const WANTED_SHARE = 0.25;

/**
 * A square of a validation tile: of the first tile in which a square has vessel, the one where a quarter of
 * the pixels is, as nearly as there is one. Its side is a multiple of `multiple`. Undefined where no
 * tile has vessel, or all are smaller than the multiple.
 */
export async function validationTestTile(
  source: TileSource,
  ids: readonly string[],
  multiple: number,
): Promise<TestTile | undefined> {
  for (const id of ids) {
    const labelled = await source.load(id);
    const { width, height } = labelled.image;
    const fitting = Math.floor(Math.min(width, height) / multiple) * multiple;
    const side = Math.min(sideFor(multiple), fitting);
    const place = side === 0 ? undefined : placeOfVessel(labelled, side);
    if (place !== undefined)
      return { origin: 'validation', ...cropped(labelled.image, place, side) };
  }
  return undefined;
}

/** A square of the synthetic tiles, the same every time. */
export function syntheticTestTile(multiple: number): TestTile {
  const side = sideFor(multiple);
  // Synthetic tiles have even sides.
  const size = side % 2 === 0 ? side : side + multiple;
  const [slide] = SYNTHETIC_SLIDES;
  const { image } = syntheticTile({ seed: 1, item: 1, size, slide });
  return { origin: 'synthetic', width: size, height: size, data: image };
}

function sideFor(multiple: number): number {
  return Math.ceil(LEAST_SIDE / multiple) * multiple;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function placeOfVessel({ image, mask }: LabelledTile, side: number): Place | undefined {
  const { width, height } = image;
  let best: { readonly place: Place; readonly distance: number } | undefined;
  for (const y of places(height, side)) {
    for (const x of places(width, side)) {
      const vessel = vesselPixels(mask, width, { x, y }, side);
      const distance = Math.abs(vessel / side ** 2 - WANTED_SHARE);
      if (vessel > 0 && (best === undefined || distance < best.distance))
        best = { place: { x, y }, distance };
    }
  }
  return best?.place;
}

/** From the first to the last that fits, a quarter of a side apart at most. */
function places(length: number, side: number): number[] {
  const last = length - side;
  const steps = Math.ceil((4 * last) / side);
  return Array.from({ length: steps + 1 }, (_, k) => Math.round((k * last) / Math.max(1, steps)));
}

function vesselPixels(mask: Uint8Array, width: number, { x, y }: Place, side: number): number {
  let count = 0;
  for (let row = y; row < y + side; row++)
    for (let p = row * width + x; p < row * width + x + side; p++) if (mask[p] === 1) count++;
  return count;
}

function cropped({ data, width }: RgbPixels, { x, y }: Place, side: number): RgbPixels {
  const pixels = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    const from = ((y + row) * width + x) * 3;
    pixels.set(data.subarray(from, from + side * 3), row * side * 3);
  }
  return { width: side, height: side, data: pixels };
}
