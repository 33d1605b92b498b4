import { naturalOrder } from '../tables/natural-order.js';
import type { Axis, Figure, FigureText } from './figure.js';
import { axisTitle, colourBy, distinct, figureOf, finite, WIDTH } from './specification.js';

export interface Bar {
  readonly group: string;
  readonly value: number | null;
  /** Parts of one bar, stacked and told apart by colour; they should add up to something. */
  readonly series?: string;
}

/**
 * Horizontal bars, one a group from the top in natural order, from 0, with the total written at its end.
 *
 * @returns undefined where no bar has a value
 */
export function groupBars(
  text: FigureText & { readonly value: Axis; readonly group: string },
  bars: readonly Bar[],
): Figure | undefined {
  const rows = bars.filter((bar) => finite(bar.value)).map((bar) => ({ ...bar }));
  if (rows.length === 0) return undefined;
  const groups = distinct(rows.map((row) => row.group)).sort(naturalOrder);
  const series = distinct(rows.map((row) => row.series));
  return figureOf(text, rows, {
    width: WIDTH,
    height: { step: 26 },
    encoding: { y: { field: 'group', type: 'nominal', title: text.group, sort: groups } },
    layer: [
      {
        mark: { type: 'bar', tooltip: true },
        encoding: {
          x: { field: 'value', type: 'quantitative', title: axisTitle(text.value), stack: 'zero' },
          ...(series.length > 0 && { color: colourBy('series', series, null) }),
        },
      },
      {
        transform: [
          { aggregate: [{ op: 'sum', field: 'value', as: 'total' }], groupby: ['group'] },
        ],
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: {
          x: { field: 'total', type: 'quantitative' },
          text: { field: 'total', type: 'quantitative' },
        },
      },
    ],
  });
}
