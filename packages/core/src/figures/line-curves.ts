import type { Axis, Figure, FigureText, VegaLiteSpec } from './figure.js';
import { panels } from './panels.js';
import {
  diagonalLine,
  distinct,
  figureOf,
  finite,
  measured,
  named,
  present,
  quantitative,
  seriesColour,
} from './specification.js';

export interface CurvePoint {
  readonly x: number;
  /** A point without value is left out, and the curve passes on. */
  readonly y: number | null;
  /** Colour of the curve: a run, or a quantity. */
  readonly series: string;
  /** Dashes of the curve, where colour tells runs apart: training, validation. */
  readonly stroke?: string;
  /** One panel a group; one for all without. */
  readonly group?: string;
}

/** A point of a curve with a ring and a label: the epoch whose weights were kept. */
export interface CurveMark {
  readonly x: number;
  readonly y: number | null;
  readonly series: string;
  readonly label: string;
  readonly group?: string;
}

export interface LineCurvesText extends FigureText {
  readonly x: Axis;
  readonly y: Axis;
  readonly marks?: readonly CurveMark[];
  /** The value of a point holds from the point before it on, as precision does up to its recall. */
  readonly steps?: true;
  /** A dashed line where both axes are equal; they then have one range. */
  readonly diagonal?: readonly [number, number];
}

/**
 * Curves with a dot at each measured point, so that a single epoch shows too. A legend tells several
 * curves apart.
 *
 * @returns undefined where no point has a value
 */
export function lineCurves(
  text: LineCurvesText,
  points: readonly CurvePoint[],
): Figure | undefined {
  const rows = points.flatMap(({ x, y, series, stroke, group }) =>
    finite(x) && finite(y) ? [present({ x, y, series, stroke, group })] : [],
  );
  if (rows.length === 0) return undefined;
  const marks = (text.marks ?? []).flatMap(({ x, y, series, label, group }) =>
    finite(x) && finite(y) ? [present({ x, y, series, label, group })] : [],
  );
  const strokes = distinct(rows.map((row) => row.stroke));
  const series = distinct(rows.map((row) => row.series));
  const [xs, ys] = [rows.map((row) => row.x), rows.map((row) => row.y)];
  const dashes: VegaLiteSpec =
    strokes.length === 0
      ? {}
      : {
          strokeDash: {
            field: 'stroke',
            type: 'nominal',
            title: null,
            scale: {
              domain: strokes,
              range: [
                [1, 0],
                [5, 4],
                [1, 3],
              ],
            },
          },
        };
  const colour = series.length > 1 ? seriesColour(series) : {};
  const x = quantitative('x', text.x, xs);
  const y = quantitative('y', text.y, ys);
  const curve = [{ filter: '!isValid(datum.label)' }];
  const noted = [{ filter: 'isValid(datum.label)' }];
  return figureOf(
    text,
    [...rows, ...marks],
    panels(rows, {
      encoding: { x, y },
      layer: [
        ...(text.diagonal === undefined ? [] : [diagonalLine(text.diagonal, x, y)]),
        {
          transform: curve,
          mark: { type: 'line', strokeWidth: 2, ...(text.steps && { interpolate: 'step-before' }) },
          encoding: { ...colour, ...dashes },
        },
        {
          transform: curve,
          // Steps are drawn without dots, which are there to be hovered.
          mark: { type: 'point', filled: true, opacity: text.steps ? 0 : 1, size: 24 },
          encoding: {
            ...colour,
            tooltip: [
              ...named({ series: 'curve', stroke: strokes.length > 0 && 'of' }),
              measured('x', text.x, xs),
              measured('y', text.y, ys),
            ],
          },
        },
        ...(marks.length === 0
          ? []
          : [
              {
                transform: noted,
                mark: { type: 'point', size: 150, strokeWidth: 2, opacity: 1 },
                encoding: colour,
              },
              {
                transform: noted,
                mark: { type: 'text', dy: -15 },
                encoding: { text: { field: 'label', type: 'nominal' } },
              },
            ]),
      ],
    }),
  );
}
