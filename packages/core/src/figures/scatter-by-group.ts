import type { Axis, Figure, FigureText } from './figure.js';
import { panels } from './panels.js';
import { colourBy, distinct, figureOf, finite, quantitative } from './specification.js';

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

/**
 * One dot a tile.
 *
 * @returns undefined where no point has both values
 */
export function scatterByGroup(
  text: FigureText & { readonly x: Axis; readonly y: Axis },
  points: readonly ScatterPoint[],
): Figure | undefined {
  const rows = points.filter((p) => finite(p.x) && finite(p.y)).map((point) => ({ ...point }));
  if (rows.length === 0) return undefined;
  const series = distinct(rows.map((row) => row.series));
  return figureOf(
    text,
    rows,
    panels(rows, {
      mark: { type: 'point', filled: true, opacity: 0.5 },
      encoding: {
        x: quantitative('x', text.x),
        y: quantitative('y', text.y),
        ...(series.length > 0 && { color: colourBy('series', series, null) }),
        tooltip: [{ field: 'id', title: 'tile' }],
      },
    }),
  );
}
