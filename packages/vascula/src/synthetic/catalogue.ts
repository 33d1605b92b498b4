import { randomStream, SYNTHETIC_SLIDES, type SyntheticSlide } from '@vascula/core';

/** A tile of the synthetic dataset: its row of `tile_meta.csv`, and what it is made from. */
export interface CatalogueEntry {
  /** 12 hexadecimal digits. */
  readonly id: string;
  /** Number of the tile, which with the seed names its random streams. */
  readonly item: number;
  readonly slide: SyntheticSlide;
  /** Row and column of the tile's upper-left corner in its slide, in pixels. */
  readonly i: number;
  readonly j: number;
}

/** Tiles the competition has of each slide, in the order of SYNTHETIC_SLIDES. */
const COMPETITION_TILES = [270, 152, 237, 293, 410, 271] as const;

/** Tiles in a row of a slide's lattice. */
const COLUMNS = 8;

/**
 * Lists labelled tiles in the order they are written, without holding them: slides in the
 * competition's proportions, tiles of a slide side by side on its lattice.
 */
export function* catalogue(tiles: number, size: number, seed: number): Generator<CatalogueEntry> {
  const total = COMPETITION_TILES.reduce((sum, count) => sum + count, 0);
  const taken = COMPETITION_TILES.map(() => 0);
  for (let item = 0; item < tiles; item++) {
    // The slide that is furthest behind its share comes next.
    const behind = COMPETITION_TILES.map((count, at) => (count / total) * (item + 1) - taken[at]);
    const group = behind.indexOf(Math.max(...behind));
    const slide = SYNTHETIC_SLIDES[group];
    const place = taken[group]++;
    // Both datasets hold tiles of slides 1 and 2: from areas far apart, as no tile is in both.
    const area = slide.dataset === 1 ? 4 : 4 + 4 * COLUMNS;
    yield {
      id: tileId(seed, item),
      item,
      slide,
      i: (8 + Math.floor(place / COLUMNS)) * size,
      j: (area + (place % COLUMNS)) * size,
    };
  }
}

/** Half random, half the item under a bijection of 24 bits, so that no two of a dataset are equal. */
export function tileId(seed: number, item: number): string {
  const random = randomStream('synthetic', seed, item, 'id').integer(2 ** 24);
  const unique = (Math.imul(item, 0x9e3779b1) >>> 0) & 0xffffff;
  return [random, unique].map((part) => part.toString(16).padStart(6, '0')).join('');
}
