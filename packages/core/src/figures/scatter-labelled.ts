import type { Axis, Figure, FigureText } from './figure.js';
import {
  colourBy,
  distinct,
  figureOf,
  finite,
  HEIGHT,
  quantitative,
  WIDTH,
} from './specification.js';

export interface LabelledPoint {
  readonly label: string;
  readonly x: number | null;
  readonly y: number | null;
  readonly series?: string;
}

/**
 * Points with their names beside them.
 *
 * @returns undefined where no point has both values
 */
export function scatterLabelled(
  text: FigureText & { readonly x: Axis; readonly y: Axis },
  points: readonly LabelledPoint[],
): Figure | undefined {
  const rows = points.filter((p) => finite(p.x) && finite(p.y)).map((point) => ({ ...point }));
  if (rows.length === 0) return undefined;
  const series = distinct(rows.map((row) => row.series));
  return figureOf(text, rows, {
    width: WIDTH,
    height: HEIGHT,
    encoding: { x: quantitative('x', text.x), y: quantitative('y', text.y) },
    layer: [
      {
        mark: { type: 'point', filled: true },
        encoding: { ...(series.length > 0 && { color: colourBy('series', series, null) }) },
      },
      { mark: { type: 'text', dy: -10 }, encoding: { text: { field: 'label' } } },
    ],
  });
}
