import type { Axis, Figure, FigureText } from './figure.js';
import { panels } from './panels.js';
import {
  distinct,
  figureOf,
  finite,
  legendOf,
  measured,
  named,
  present,
  quantitative,
  seriesColour,
} from './specification.js';

export interface ScatterPoint {
  /** Named when the dot is hovered. */
  readonly id: string;
  readonly x: number | null;
  readonly y: number | null;
  /** One panel a group; one for all without. */
  readonly group?: string;
  /** Colour and shape of the dot. */
  readonly series?: string;
  /** Relative URL of a picture that a page shows where the dot is hovered. */
  readonly picture?: string;
}

/** Seven, while palettes have eight colours: 56 series differ in colour or shape. */
const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
];

/**
 * One dot a tile.
 *
 * @returns undefined where no point has both values
 */
export function scatterByGroup(
  text: FigureText & { readonly x: Axis; readonly y: Axis },
  points: readonly ScatterPoint[],
): Figure | undefined {
  const rows = points.flatMap(({ id, x, y, group, series, picture }) =>
    finite(x) && finite(y) ? [present({ id, x, y, group, series, picture })] : [],
  );
  if (rows.length === 0) return undefined;
  const series = distinct(rows.map((row) => row.series));
  const [xs, ys] = [rows.map((row) => row.x), rows.map((row) => row.y)];
  return figureOf(
    text,
    rows,
    panels(rows, {
      mark: { type: 'point', filled: true, size: 36, opacity: 0.55 },
      encoding: {
        x: quantitative('x', text.x, xs),
        y: quantitative('y', text.y, ys),
        ...seriesColour(series),
        ...(series.length > 1 && {
          shape: {
            field: 'series',
            type: 'nominal',
            title: null,
            scale: { domain: series, range: SHAPES },
            legend: legendOf(series),
          },
        }),
        tooltip: [
          ...named({
            id: 'tile',
            group: rows.some((row) => row.group !== undefined) && 'group',
            series: series.length > 0 && 'of',
          }),
          measured('x', text.x, xs),
          measured('y', text.y, ys),
        ],
      },
    }),
  );
}
