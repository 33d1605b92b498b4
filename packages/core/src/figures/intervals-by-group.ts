import { naturalOrder } from '../tables/natural-order.js';
import type { Axis, Figure, FigureText } from './figure.js';
import { colourBy, distinct, figureOf, finite, quantitative, WIDTH } from './specification.js';

export interface Estimate {
  readonly group: string;
  readonly value: number | null;
  /** Ends of the interval; a dot without bar where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Colour, side by side within the group: a run. */
  readonly series?: string;
}

/**
 * A dot for each estimate on a bar for its interval, one row a group from the top in the order given.
 *
 * @returns undefined where there is no estimate
 */
export function intervalsByGroup(
  text: FigureText & { readonly value: Axis; readonly group: string },
  estimates: readonly Estimate[],
): Figure | undefined {
  const rows = estimates.filter((row) => finite(row.value)).map((row) => ({ ...row }));
  if (rows.length === 0) return undefined;
  const groups = distinct(rows.map((row) => row.group)).sort(naturalOrder);
  const series = distinct(rows.map((row) => row.series));
  return figureOf(text, rows, {
    width: WIDTH,
    height: { step: 26 },
    encoding: {
      y: { field: 'group', type: 'nominal', title: text.group, sort: groups },
      ...(series.length > 0 && {
        yOffset: { field: 'series', sort: series },
        color: colourBy('series', series, null),
      }),
    },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x: quantitative('low', text.value), x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 60 },
        encoding: { x: quantitative('value', text.value) },
      },
    ],
  });
}
