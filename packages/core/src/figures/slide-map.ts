import { groupBy } from '../tables/group-by.js';
import type { Figure, FigureText, VegaLiteSpec } from './figure.js';
import { axisTitle, figureOf, legendOf, measured, named, present } from './specification.js';

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

const MAP_WIDTH = 300;
const MAP_COLUMNS = 2;
/** Heights of a map over its width: one row of tiles is to be seen too, and one column to fit. */
const FLATTEST = 0.2;
const TALLEST = 1.25;
const FAINT = 0.3;

/**
 * A map for each slide, of tiles as squares in their places, all maps to one scale, rows downwards as in
 * the slide.
 *
 * @returns undefined without tiles
 */
export function slideMap(
  text: FigureText & {
    /** What the colours mean. */
    readonly category: string;
    /** The categories in the order of their colours. */
    readonly categories: readonly string[];
    /** A category that is there for orientation only, drawn faintly. */
    readonly faint?: string;
    /** Side of a tile, px. */
    readonly side: number;
  },
  tiles: readonly PlacedTile[],
): Figure | undefined {
  if (tiles.length === 0) return undefined;
  const { side } = text;
  const rows = tiles.map(({ id, slide, x, y, category, picture }) =>
    present({ id, slide, x, y, category, picture }),
  );
  const slides = groupBy(rows, ['slide']).map(({ key, rows: members }) => ({
    slide: key.slide,
    left: least(members.map((tile) => tile.x)),
    top: least(members.map((tile) => tile.y)),
    right: most(members.map((tile) => tile.x)) + side,
    bottom: most(members.map((tile) => tile.y)) + side,
  }));
  // A margin of one tile, and for every slide as much as the largest takes: one scale for all.
  const widest = most(slides.map(({ left, right }) => right - left)) + 2 * side;
  const highest = most(slides.map(({ top, bottom }) => bottom - top)) + 2 * side;
  const across = Math.max(widest, highest / TALLEST);
  const down = Math.max(highest, widest * FLATTEST);
  const category = {
    field: 'category',
    type: 'nominal',
    title: text.category,
    legend: legendOf(text.categories),
  };
  return figureOf(text, rows, {
    columns: Math.min(MAP_COLUMNS, slides.length),
    concat: slides.map(
      ({ slide, left, top }): VegaLiteSpec => ({
        title: slide,
        transform: [
          { filter: { field: 'slide', equal: slide } },
          { calculate: `datum.x + ${side}`, as: 'right' },
          { calculate: `datum.y + ${side}`, as: 'bottom' },
        ],
        width: MAP_WIDTH,
        height: Math.round((MAP_WIDTH * down) / across),
        mark: { type: 'rect' },
        encoding: {
          x: pixels('x', 'column in the slide', left - side, across, false),
          x2: { field: 'right' },
          y: pixels('y', 'row in the slide', top - side, down, true),
          y2: { field: 'bottom' },
          color: { ...category, scale: { domain: [...text.categories] } },
          ...(text.faint !== undefined && {
            // By a scale, so that the legend shows the faint category as the map does.
            opacity: {
              ...category,
              type: 'ordinal',
              scale: {
                type: 'ordinal',
                domain: [...text.categories],
                range: text.categories.map((name) => (name === text.faint ? FAINT : 1)),
              },
            },
          }),
          tooltip: [
            ...named({ id: 'tile', category: text.category }),
            measured('x', { label: 'column', unit: 'px' }, [0]),
            measured('y', { label: 'row', unit: 'px' }, [0]),
          ],
        },
      }),
    ),
  });
}

function pixels(
  field: string,
  label: string,
  from: number,
  length: number,
  reverse: boolean,
): VegaLiteSpec {
  return {
    field,
    type: 'quantitative',
    title: axisTitle({ label, unit: 'px' }),
    scale: { domain: [from, from + length], nice: false, zero: false, reverse },
    axis: { format: '~s', tickCount: 5 },
  };
}

/** Of thousands of values, which a call cannot take as arguments. */
function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value));
}

function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value));
}
