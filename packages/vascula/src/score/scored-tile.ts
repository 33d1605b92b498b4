import {
  type ComparedImage,
  compareInstances,
  type Detection,
  type Instance,
  insideShare,
  instanceIou,
  type Overlap,
} from '@vascula/core';
import type { Tile } from '../dataset/index.js';
import type { ScoreOptions } from './options.js';
import type { TileTruth } from './truth.js';

/** What every metric needs of a tile: no masks. */
export interface ScoredTile extends Pick<Tile, 'id' | 'dataset' | 'source'> {
  readonly compared: ComparedImage;
  /** Pixels of each vessel. */
  readonly truthAreas: readonly number[];
  /** Pixels of each detection. */
  readonly detectionAreas: readonly number[];
  /** Pixels of all vessels against those of all detections that count. */
  readonly pixels: Overlap;
}

/** Holds the detections of a tile against its truth. Detections may overlap, and may be empty masks. */
export function scoreDetections(
  { id, dataset, source }: Pick<Tile, 'id' | 'dataset' | 'source'>,
  truth: TileTruth,
  detections: readonly Detection[],
  { glomeruli, minimumConfidence }: ScoreOptions,
): ScoredTile {
  const { vessels, unsure } = truth;
  const counted =
    glomeruli === 'ignored'
      ? detections.filter((detection) => !isOfGlomerulus(detection, truth))
      : detections;
  const confident = counted.filter(
    ({ confidence }) => minimumConfidence === null || confidence >= minimumConfidence,
  );
  return {
    id,
    dataset,
    source,
    compared: compareInstances({ id, truths: vessels, unsure, detections: counted }),
    truthAreas: vessels.map(({ area }) => area),
    detectionAreas: counted.map(({ area }) => area),
    pixels: pixelOverlap(vessels, confident, truth),
  };
}

function isOfGlomerulus(detection: Detection, { vessels, glomeruli, width }: TileTruth): boolean {
  return (
    detection.area > 0 &&
    insideShare(detection, glomeruli, width) > 0.5 &&
    vessels.every((vessel) => instanceIou(detection, vessel) < 0.5)
  );
}

const TRUTH = 1;
const FOUND = 2;

/** Pixels of all vessels together against those of all detections together. Only their boxes are gone through. */
function pixelOverlap(
  vessels: readonly Instance[],
  detections: readonly Instance[],
  { width, height }: Pick<TileTruth, 'width' | 'height'>,
): Overlap {
  const pixels = new Uint8Array(width * height);
  const inTruth = paint(vessels, TRUTH, pixels, width);
  const inPrediction = paint(detections, FOUND, pixels, width);
  const both = inTruth.pixels + inPrediction.pixels - inTruth.added - inPrediction.added;
  return {
    truePositive: both,
    falsePositive: inPrediction.pixels - both,
    falseNegative: inTruth.pixels - both,
    trueNegative: pixels.length - inTruth.added - inPrediction.added,
  };
}

/** Sets a bit in the pixels of instances: how many they are, and how many of them had no bit before. */
function paint(
  instances: readonly Instance[],
  bit: number,
  into: Uint8Array,
  width: number,
): { readonly pixels: number; readonly added: number } {
  let pixels = 0;
  let added = 0;
  for (const { box, mask } of instances)
    for (let row = 0, at = 0; row < box.height; row++)
      for (let to = (box.y + row) * width + box.x, n = 0; n < box.width; n++, to++, at++) {
        if (mask[at] === 0 || (into[to] & bit) !== 0) continue;
        pixels++;
        if (into[to] === 0) added++;
        into[to] |= bit;
      }
  return { pixels, added };
}

/** The slide of each tile. */
export function slidesOf(tiles: readonly ScoredTile[]): ScoredTile['source'][] {
  return tiles.map(({ source }) => source);
}
