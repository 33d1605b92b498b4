import { naturalOrder } from '../tables/natural-order.js';
import type { Figure, FigureText, VegaLiteSpec } from './figure.js';
import { colourBy, distinct, figureOf } from './specification.js';

export interface PlacedTile {
  readonly id: string;
  readonly slide: string;
  /** Upper-left corner in the slide, in pixels: column and row. */
  readonly x: number;
  readonly y: number;
  readonly category: string;
  /** Relative URL of a picture that a page shows where the tile is hovered. */
  readonly picture?: string;
}

/**
 * A map for each slide, of tiles as squares in their places, all maps to one scale.
 *
 * @returns undefined without tiles
 */
export function slideMap(
  text: FigureText & {
    /** What the colours mean. */
    readonly category: string;
    /** The categories in the order of their colours. */
    readonly categories: readonly string[];
    /** Side of a tile, px. */
    readonly side: number;
  },
  tiles: readonly PlacedTile[],
): Figure | undefined {
  if (tiles.length === 0) return undefined;
  const slides = distinct(tiles.map((tile) => tile.slide)).sort(naturalOrder);
  const rows = tiles.map((tile) => ({
    ...tile,
    right: tile.x + text.side,
    bottom: tile.y + text.side,
  }));
  return figureOf(text, rows, {
    columns: Math.min(4, slides.length),
    concat: slides.map(
      (slide): VegaLiteSpec => ({
        title: slide,
        transform: [{ filter: { field: 'slide', equal: slide } }],
        width: 200,
        height: 200,
        mark: { type: 'rect' },
        encoding: {
          x: { field: 'x', type: 'quantitative', title: 'column (px)', scale: { zero: false } },
          x2: { field: 'right' },
          y: {
            field: 'y',
            type: 'quantitative',
            title: 'row (px)',
            scale: { zero: false, reverse: true },
          },
          y2: { field: 'bottom' },
          color: colourBy('category', text.categories, text.category),
          tooltip: [
            { field: 'id', title: 'tile' },
            { field: 'category', title: text.category },
          ],
        },
      }),
    ),
  });
}
