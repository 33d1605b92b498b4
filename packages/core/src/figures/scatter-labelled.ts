import type { Axis, Figure, FigureText } from './figure.js';
import { labelPlaces } from './label-places.js';
import {
  distinct,
  figureOf,
  finite,
  HEIGHT,
  measured,
  named,
  present,
  quantitative,
  seriesColour,
  WIDTH,
} from './specification.js';

export interface LabelledPoint {
  readonly label: string;
  readonly x: number | null;
  readonly y: number | null;
  /** Colour: a run. Points of one label and place on the horizontal axis are joined by a line. */
  readonly series?: string;
}

/**
 * Points with their names beside them; a name that several series share at one x is written once, at
 * the highest.
 *
 * @returns undefined where no point has both values
 */
export function scatterLabelled(
  text: FigureText & { readonly x: Axis; readonly y: Axis },
  points: readonly LabelledPoint[],
): Figure | undefined {
  const found = points.flatMap(({ label, x, y, series }) =>
    finite(x) && finite(y) ? [present({ label, x, y, series })] : [],
  );
  if (found.length === 0) return undefined;
  const [xs, ys] = [found.map((row) => row.x), found.map((row) => row.y)];
  const [xAxis, yAxis] = [withDomain(text.x, xs), withDomain(text.y, ys)];
  const pixels = found.map((row) => ({
    x: place(row.x, xAxis.domain) * WIDTH,
    y: (1 - place(row.y, yAxis.domain)) * HEIGHT,
    text: row.label,
  }));
  const written = found.map((row) =>
    found.every(
      (other) =>
        other === row || other.label !== row.label || other.x !== row.x || isBelow(other, row),
    ),
  );
  const places = labelPlaces(
    pixels.filter((_, i) => written[i]),
    pixels,
    WIDTH,
    HEIGHT,
  );
  const rows = found.map((row, i) => (written[i] ? { ...row, ...places.shift() } : row));
  const series = distinct(found.map((row) => row.series));
  return figureOf(text, rows, {
    width: WIDTH,
    height: HEIGHT,
    encoding: {
      x: quantitative('x', xAxis, xs),
      y: quantitative('y', yAxis, ys),
    },
    layer: [
      ...(series.length > 1
        ? [
            {
              transform: [
                {
                  aggregate: [
                    { op: 'min', field: 'y', as: 'y' },
                    { op: 'max', field: 'y', as: 'high' },
                  ],
                  groupby: ['label', 'x'],
                },
              ],
              mark: { type: 'rule' },
              encoding: { y2: { field: 'high' } },
            },
          ]
        : []),
      {
        mark: { type: 'point', filled: true, opacity: 1, size: 60 },
        encoding: {
          ...seriesColour(series),
          tooltip: [
            ...named({ label: 'group', series: series.length > 0 && 'of' }),
            measured('x', text.x, xs),
            measured('y', text.y, ys),
          ],
        },
      },
      {
        transform: [{ filter: 'isValid(datum.align)' }],
        mark: {
          type: 'text',
          align: { expr: 'datum.align' },
          dx: { expr: 'datum.dx' },
          dy: { expr: 'datum.dy' },
        },
        encoding: { text: { field: 'label', type: 'nominal' } },
      },
    ],
  });
}

/** Labels are placed in pixels, which need a range known here and not by Vega alone. */
function withDomain(
  axis: Axis,
  values: readonly number[],
): Axis & { domain: readonly [number, number] } {
  if (axis.domain !== undefined) return { ...axis, domain: axis.domain };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) / 10 || Math.abs(high) / 10 || 1;
  return { ...axis, domain: [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin] };
}

function place(value: number, [low, high]: readonly [number, number]): number {
  return (value - low) / (high - low);
}

/** An order without ties: of points in one place the series decides. */
function isBelow(
  a: { readonly y: number; readonly series?: string },
  b: { readonly y: number; readonly series?: string },
): boolean {
  return a.y !== b.y ? a.y < b.y : (a.series ?? '') < (b.series ?? '');
}
