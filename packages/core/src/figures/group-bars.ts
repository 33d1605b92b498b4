import type { Axis, Figure, FigureText } from './figure.js';
import {
  axisTitle,
  distinct,
  figureOf,
  finite,
  measured,
  named,
  present,
  quantitative,
  ROW_HEIGHT,
  seriesColour,
  WIDTH,
} from './specification.js';

export interface Bar {
  readonly group: string;
  readonly value: number | null;
  /** A part of the group's bar: parts are stacked and told apart by colour. */
  readonly series?: string;
}

/**
 * Horizontal bars from 0, one a group from the top in the order given, with the total written at the end.
 *
 * @returns undefined where no bar has a value
 */
export function groupBars(
  text: FigureText & {
    readonly value: Axis;
    /** What the groups are. */
    readonly group: string;
  },
  bars: readonly Bar[],
): Figure | undefined {
  const rows = bars.flatMap(({ group, value, series }) =>
    finite(value) ? [present({ group, value, series })] : [],
  );
  if (rows.length === 0) return undefined;
  const values = rows.map((row) => row.value);
  const groups = distinct(rows.map((row) => row.group));
  const series = distinct(rows.map((row) => row.series));
  return figureOf(text, rows, {
    width: WIDTH,
    height: { step: ROW_HEIGHT },
    encoding: { y: { field: 'group', type: 'nominal', title: text.group, sort: groups } },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x: { ...quantitative('value', text.value, values, {}), stack: 'zero' },
          // Parts lie in the order of the legend.
          order: { field: 'place', type: 'quantitative' },
          ...seriesColour(series),
          tooltip: [
            ...named({ group: text.group, series: series.length > 0 && 'part' }),
            measured('value', text.value, values),
          ],
        },
        transform: [{ calculate: `indexof(${JSON.stringify(series)}, datum.series)`, as: 'place' }],
      },
      {
        transform: [
          { aggregate: [{ op: 'sum', field: 'value', as: 'total' }], groupby: ['group'] },
        ],
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: {
          x: { field: 'total', type: 'quantitative', title: axisTitle(text.value) },
          text: { field: 'total', type: 'quantitative', format: ',.2~f' },
        },
      },
    ],
  });
}
