import { relative } from 'node:path';
import type { DatasetIndex, ImageSize, MaskLabels, Tile } from '../dataset/index.js';
import type { PixelCounts } from './images.js';

/** An image with what belongs to it; paths relative to the dataset's folder. */
export interface ListedPair {
  readonly id: string;
  /** The number it goes by as a slide: its own, or its group's. */
  readonly source: number;
  readonly image: string;
  readonly mask: string;
  readonly roi?: string | undefined;
  readonly size: ImageSize;
}

/** What a dataset of pairs holds. */
export interface PairsSummary {
  readonly pairs: readonly ListedPair[];
  /** Of all masks that could be read. */
  readonly pixels: PixelCounts;
}

export function summarisePairs(index: DatasetIndex, pixels: PixelCounts): PairsSummary {
  return { pairs: listPairs(index), pixels };
}

/** The pairs of a dataset in their order; none where it is no dataset of pairs. */
export function listPairs({ folder, tiles, pairs }: DatasetIndex): readonly ListedPair[] {
  if (!pairs) return [];
  return tiles.map(({ id, source, file, labels, size }: Tile) => {
    const { mask, roi } = labels as MaskLabels;
    return {
      id,
      source,
      image: relative(folder, file as string),
      mask: relative(folder, mask),
      ...(roi !== undefined && { roi: relative(folder, roi) }),
      size: size as ImageSize,
    };
  });
}

/** Pairs as lines: all of them, or the first ones and how many there are. */
export function describePairs(pairs: readonly ListedPair[], most = pairs.length): string[] {
  const hasRoi = pairs.some(({ roi }) => roi !== undefined);
  const rows = pairs
    .slice(0, most)
    .map(({ source, image, mask, roi = '', size }) => [
      `${source}`,
      image,
      mask,
      ...(hasRoi ? [roi] : []),
      `${size.width} x ${size.height}`,
    ]);
  const left = pairs.length - rows.length;
  return [
    ...leftAligned([
      ['slide', 'image', 'mask', ...(hasRoi ? ['field of view'] : []), 'pixels'],
      ...rows,
    ]),
    ...(left > 0 ? [`… and ${left} more: vascula check lists all`] : []),
  ];
}

export function describePairsSummary({ pairs, pixels }: PairsSummary): string[] {
  const counted = pixels.vessel + pixels.background;
  const share = (part: number, whole: number) =>
    whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`;
  return [
    ...describePairs(pairs),
    '',
    `pairs             ${pairs.length}, in ${new Set(pairs.map(({ source }) => source)).size} slides or groups`,
    `image size        ${sizeWords(pairs)}`,
    `vessel            ${share(pixels.vessel, counted)} of the pixels that count`,
    `ignored           ${share(pixels.ignored, counted + pixels.ignored)} of all pixels`,
  ];
}

function sizeWords(pairs: readonly ListedPair[]): string {
  const sizes = [...new Set(pairs.map(({ size }) => `${size.width} x ${size.height}`))];
  if (sizes.length <= 1) return sizes[0] ?? 'unknown';
  const widths = pairs.map(({ size }) => size.width);
  const heights = pairs.map(({ size }) => size.height);
  return (
    `${Math.min(...widths)} to ${Math.max(...widths)} wide, ` +
    `${Math.min(...heights)} to ${Math.max(...heights)} high (${sizes.length} sizes)`
  );
}

function leftAligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
}
