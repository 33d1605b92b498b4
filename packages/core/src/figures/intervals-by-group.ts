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
  text: FigureText & {
    readonly value: Axis;
    /** What the groups are. */
    readonly group: string;
  },
  estimates: readonly Estimate[],
): Figure | undefined {
  const rows = estimates.flatMap(({ group, value, low, high, series }) =>
    finite(value)
      ? [present({ group, value, series, ...(finite(low) && finite(high) && { low, high }) })]
      : [],
  );
  if (rows.length === 0) return undefined;
  const groups = distinct(rows.map((row) => row.group));
  const series = distinct(rows.map((row) => row.series));
  const values = rows.map((row) => row.value);
  const ends = rows.flatMap((row) => [row.low, row.high]).filter(finite);
  return figureOf(text, rows, {
    width: WIDTH,
    height: { step: Math.max(ROW_HEIGHT, 16 * (series.length + 0.5)), for: 'position' },
    encoding: {
      y: { field: 'group', type: 'nominal', title: text.group, sort: groups },
      ...(series.length > 1 && {
        yOffset: { field: 'series', type: 'nominal', sort: series, scale: { domain: series } },
      }),
      ...seriesColour(series),
      tooltip: [
        ...named({ group: text.group, series: series.length > 0 && 'of' }),
        measured('value', text.value, values),
        ...(ends.length === 0
          ? []
          : [
              measured('low', { label: 'interval from' }, ends),
              measured('high', { label: 'interval to' }, ends),
            ]),
      ],
    },
    layer: [
      ...(ends.length === 0
        ? []
        : [
            {
              transform: [{ filter: 'isValid(datum.low)' }],
              mark: { type: 'rule', strokeWidth: 2 },
              encoding: {
                x: { ...quantitative('low', text.value, ends), title: axisTitle(text.value) },
                x2: { field: 'high' },
              },
            },
          ]),
      {
        mark: { type: 'point', filled: true, opacity: 1, size: 70 },
        encoding: { x: quantitative('value', text.value, values) },
      },
    ],
  });
}
