import type { ColourStatistics } from '../exploration/index.js';
import { groupBy, meanOf, quantileOf } from '../tables/index.js';
import type { ImageExtent } from '../training/index.js';
import type { VesselMeasurements } from './vessel-measurements.js';

/** The 10th percentile, the median and the 90th percentile of something. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** A labelled tile as it was measured. */
export interface FingerprintTile extends ImageExtent {
  readonly dataset: number;
  readonly source: number;
  readonly vessels: VesselMeasurements;
  readonly colour: Pick<
    ColourStatistics,
    'densityRed' | 'densityGreen' | 'densityBlue' | 'clearShare'
  >;
}

/** What the labelled images of a dataset are like: everything that a plan follows from. Lengths are in pixels. */
export interface Fingerprint {
  /** Labelled images, and the slides (or patients) they are from. */
  readonly images: number;
  readonly slides: number;
  /** Images of the smallest and of the largest group: those of one slide under one dataset number. */
  readonly groupSizes: { readonly least: number; readonly most: number };
  /** Whether images have a place in their slide. */
  readonly placed: boolean;
  /** Images with exactly the pixels of another. */
  readonly duplicates: number;
  /** Smallest and largest width and height. */
  readonly smallest: ImageExtent;
  readonly largest: ImageExtent;
  /** Of all images together. */
  readonly pixels: number;
  /** Of all pixels. */
  readonly ignoredShare: number;
  /** Of the pixels that count. */
  readonly vesselShare: number;
  readonly imagesWithoutVessel: number;
  readonly vessels: number;
  /** Pixels of a vessel. */
  readonly vesselArea: Spread;
  /** Width along the centre lines of all vessels; see `measureVessels`. */
  readonly vesselWidth: Spread;
  /** Vessels that are nowhere wider make up nine tenths of the vessel pixels. */
  readonly widest: number;
  /** Means over images of what `colourStatistics` finds. */
  readonly colour: {
    readonly densityRed: number;
    readonly densityGreen: number;
    readonly densityBlue: number;
    readonly clearShare: number;
    /** Standard deviation between images of their optical densities; the root mean square of the channels. */
    readonly variation: number;
  };
}

const none: Spread = { low: 0, median: 0, high: 0 };

/**
 * Sums up measured tiles. Numbers about vessels are 0 where there are none.
 *
 * @throws RangeError no tile
 */
export function fingerprintOf(
  tiles: readonly FingerprintTile[],
  { placed, duplicates }: Pick<Fingerprint, 'placed' | 'duplicates'>,
): Fingerprint {
  if (tiles.length === 0) throw new RangeError('a fingerprint of no tiles');
  const total = (of: (tile: FingerprintTile) => number) =>
    tiles.reduce((sum, tile) => sum + of(tile), 0);
  const pixels = total(({ width, height }) => width * height);
  const ignored = total(({ vessels }) => vessels.ignoredPixels);
  const vesselPixels = total(({ vessels }) => vessels.vesselPixels);
  const areas = tiles.flatMap(({ vessels }) => vessels.areas);
  const groups = groupBy(tiles, ['dataset', 'source']).map(({ rows }) => rows.length);
  const extent = (pick: (...sides: number[]) => number): ImageExtent => ({
    width: tiles.map(({ width }) => width).reduce((a, b) => pick(a, b)),
    height: tiles.map(({ height }) => height).reduce((a, b) => pick(a, b)),
  });
  return {
    images: tiles.length,
    slides: new Set(tiles.map(({ source }) => source)).size,
    groupSizes: { least: Math.min(...groups), most: Math.max(...groups) },
    placed,
    duplicates,
    smallest: extent(Math.min),
    largest: extent(Math.max),
    pixels,
    ignoredShare: ignored / pixels,
    vesselShare: pixels === ignored ? 0 : vesselPixels / (pixels - ignored),
    imagesWithoutVessel: tiles.filter(({ vessels }) => vessels.areas.length === 0).length,
    vessels: areas.length,
    vesselArea: spreadOf(areas),
    vesselWidth: weightedSpread(tiles.flatMap(({ vessels }) => [...vessels.widths])),
    widest: weightedSpread(tiles.flatMap(({ vessels }) => widestOf(vessels))).high,
    colour: colourOf(tiles),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const at = (probability: number) => quantileOf(values, probability) ?? 0;
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

/** Each vessel's greatest width, weighed by its pixels: specks are many, and say little. */
function widestOf({ greatestWidths, areas }: VesselMeasurements): [number, number][] {
  return greatestWidths.map((width, at) => [width, areas[at]]);
}

/** Percentiles of values with their weights: the least value up to which at least that share of the weight is. */
function weightedSpread(values: readonly (readonly [value: number, weight: number])[]): Spread {
  const all = new Map<number, number>();
  for (const [value, weight] of values) all.set(value, (all.get(value) ?? 0) + weight);
  if (all.size === 0) return none;
  const sorted = [...all].sort(([a], [b]) => a - b);
  const sum = sorted.reduce((before, [, count]) => before + count, 0);
  const at = (share: number) => {
    let below = 0;
    for (const [value, count] of sorted) {
      below += count;
      if (below >= share * sum) return value;
    }
    return sorted[sorted.length - 1][0];
  };
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

function colourOf(tiles: readonly FingerprintTile[]): Fingerprint['colour'] {
  const values = (name: keyof FingerprintTile['colour']) => tiles.map(({ colour }) => colour[name]);
  const mean = (numbers: readonly number[]) => meanOf(numbers) ?? 0;
  const variance = (numbers: readonly number[]) =>
    mean(numbers.map((value) => (value - mean(numbers)) ** 2));
  const densities = (['densityRed', 'densityGreen', 'densityBlue'] as const).map(values);
  const [densityRed, densityGreen, densityBlue] = densities.map(mean);
  return {
    densityRed,
    densityGreen,
    densityBlue,
    clearShare: mean(values('clearShare')),
    variation: Math.sqrt(mean(densities.map(variance))),
  };
}
