import { kernelDensity, scottBandwidth } from '../statistics/density.js';
import type { Axis, Figure, FigureText, VegaLiteSpec } from './figure.js';
import { panels } from './panels.js';
import {
  distinct,
  type FigureRow,
  figureOf,
  finite,
  measured,
  named,
  present,
  quantitative,
  seriesColour,
} from './specification.js';

export interface DensityValue {
  readonly value: number | null;
  /** One panel a group; one for all without. */
  readonly group?: string;
  /** One curve a series within a panel, told apart by colour. */
  readonly series?: string;
}

/** A dashed line at a value of the horizontal axis. */
export interface Reference {
  readonly value: number;
  readonly label: string;
}

/** A curve needs so many different values; fewer are shown by ticks alone. */
const LEAST_FOR_CURVE = 3;
/** Sets of up to so many values show each by a tick too: their curve is a guess. */
const MOST_FOR_TICKS = 30;
/** Said of a figure that has ticks. */
const TICKS = `Each tick is a single value, shown for sets of up to ${MOST_FOR_TICKS}; a curve takes at least ${LEAST_FOR_CURVE} different values.`;
/** Points of a curve. */
const POINTS = 129;
/** How far a curve is followed beyond the last value, in bandwidths. */
const REACH = 3;

/**
 * Density curves (`kernelDensity`), the area under each 1. Small sets show their values as ticks below,
 * which the caption then says.
 *
 * The axis has the range of `domain`; without one, that of the curves, and where no value is negative it
 * does not go below 0. Its ends are bounds that curves do not leak through, unless values lie beyond.
 *
 * Curves are computed here and not by Vega-Lite's `density`, which takes the vertical range of small
 * multiples from one of them.
 *
 * @returns undefined where there is no value
 */
export function densityByGroup(
  text: FigureText & { readonly value: Axis; readonly reference?: Reference },
  values: readonly DensityValue[],
): Figure | undefined {
  const found = values.flatMap(({ value, group, series }) =>
    finite(value) ? [present({ value, group, series })] : [],
  );
  if (found.length === 0) return undefined;
  const sets = setsOf(found);
  const all = found.map((row) => row.value);
  const range = text.value.domain ?? rangeOf(sets);
  const curves = sets.flatMap((set) => curveOf(set, range));
  const ticks = sets.flatMap(({ values, ...names }) =>
    values.length > MOST_FOR_TICKS ? [] : values.map((value) => ({ ...names, value })),
  );
  const series = distinct(found.map((row) => row.series));
  const x = quantitative('value', { ...text.value, domain: range }, all);
  const { unit } = text.value;
  const layers: VegaLiteSpec[] = [];
  if (curves.length > 0)
    layers.push({
      transform: [{ filter: 'isValid(datum.density)' }],
      mark: { type: 'area', line: { strokeWidth: 2 }, fillOpacity: 0.12 },
      encoding: {
        x,
        y: {
          field: 'density',
          type: 'quantitative',
          title: unit === undefined ? 'density (area 1)' : `density (per ${unit})`,
          stack: null,
          // Room for the label of the reference line above the curves.
          scale: { domain: [0, 1.15 * Math.max(...curves.map((row) => row.density))] },
        },
        ...seriesColour(series),
      },
    });
  if (ticks.length > 0)
    layers.push({
      transform: [{ filter: '!isValid(datum.density)' }],
      mark: { type: 'tick', orient: 'vertical', size: 8, yOffset: -4, thickness: 1.5 },
      encoding: {
        x,
        y: { value: 'height' },
        ...seriesColour(series),
        tooltip: [
          ...named({ series: series.length > 0 && 'of' }),
          measured('value', text.value, all),
        ],
      },
    });
  if (text.reference !== undefined) layers.push(...referenceLine(text.reference));
  const rows: FigureRow[] = [...curves, ...ticks];
  const caption = ticks.length > 0 ? `${text.caption} ${TICKS}` : text.caption;
  return figureOf({ ...text, caption }, rows, panels(found, { layer: layers }));
}

interface ValueSet {
  readonly group?: string;
  readonly series?: string;
  readonly values: number[];
}

function setsOf(rows: readonly { value: number; group?: string; series?: string }[]): ValueSet[] {
  const sets = new Map<string, ValueSet>();
  for (const { value, ...names } of rows) {
    const id = JSON.stringify([names.group, names.series]);
    const set = sets.get(id);
    if (set === undefined) sets.set(id, { ...names, values: [value] });
    else set.values.push(value);
  }
  return [...sets.values()];
}

/** From the lowest value to the highest, each with the reach of its kernel. */
function rangeOf(sets: readonly ValueSet[]): [number, number] {
  let [least, low, high] = [Infinity, Infinity, -Infinity];
  for (const { values } of sets) {
    const reach = REACH * scottBandwidth(values);
    for (const value of values) {
      least = Math.min(least, value);
      low = Math.min(low, value - reach);
      high = Math.max(high, value + reach);
    }
  }
  if (low === high)
    [low, high] = [low - (Math.abs(low) || 1) / 10, high + (Math.abs(high) || 1) / 10];
  return [least >= 0 ? Math.max(0, low) : low, high];
}

function curveOf({ values, ...names }: ValueSet, [low, high]: readonly [number, number]) {
  if (new Set(values).size < LEAST_FOR_CURVE) return [];
  const { at, density } = kernelDensity(values, [low, high], POINTS, {
    ...(values.every((value) => value >= low) && { low }),
    ...(values.every((value) => value <= high) && { high }),
  });
  return Array.from(at, (value, n) => ({
    ...names,
    value: Number(value.toPrecision(6)),
    density: Number(density[n].toPrecision(5)),
  }));
}

/** One line a panel, not one a row. */
function referenceLine({ value, label }: Reference): VegaLiteSpec[] {
  const once = [{ aggregate: [{ op: 'count', as: 'values' }], groupby: ['group'] }];
  return [
    {
      transform: once,
      mark: { type: 'rule', strokeDash: [4, 4] },
      encoding: { x: { datum: value } },
    },
    {
      transform: once,
      mark: { type: 'text', align: 'left', baseline: 'top', dx: 4, dy: 3 },
      encoding: { x: { datum: value }, y: { value: 0 }, text: { value: label } },
    },
  ];
}
