import type { Axis, Figure, FigureText } from './figure.js';
import { panels } from './panels.js';
import { colourBy, distinct, figureOf, finite, quantitative } from './specification.js';

export interface CurvePoint {
  readonly x: number;
  /** A point without value is left out, and the curve passes on. */
  readonly y: number | null;
  /** Colour of the curve: a run, or a quantity. */
  readonly series: string;
  /** Stroke of the curve, where colour tells runs apart: training, validation. */
  readonly stroke?: string;
  /** One panel a group; one for all without. */
  readonly group?: string;
}

/** A point to be noted: the epoch whose weights were kept. */
export interface CurveMark {
  readonly x: number;
  readonly y: number;
  readonly series: string;
  readonly label: string;
}

/**
 * Curves with a dot at each measured point.
 *
 * @returns undefined where no point has a value
 */
export function lineCurves(
  text: FigureText & { readonly x: Axis; readonly y: Axis; readonly marks?: readonly CurveMark[] },
  points: readonly CurvePoint[],
): Figure | undefined {
  const rows = points.filter((p) => finite(p.x) && finite(p.y)).map((point) => ({ ...point }));
  if (rows.length === 0) return undefined;
  const series = distinct(rows.map((row) => row.series));
  return figureOf(
    text,
    rows,
    panels(rows, {
      mark: { type: 'line', point: true },
      encoding: {
        x: quantitative('x', text.x),
        y: quantitative('y', text.y),
        color: colourBy('series', series, null),
      },
    }),
  );
}
