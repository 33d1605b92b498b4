import type { Axis, Figure, FigureText, Json, VegaLiteSpec } from './figure.js';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Width and height of a figure of one panel, in pixels of the SVG. */
export const WIDTH = 480;
export const HEIGHT = 300;
/** What a phone has in width for a figure. */
const PHONE = 330;
/** Height of a row of bars or intervals. */
export const ROW_HEIGHT = 26;

export type FigureRow = { readonly [field: string]: Json };

/** A figure of rows, of which `body` names the fields. */
export function figureOf(
  { name, title, caption }: FigureText,
  rows: readonly FigureRow[],
  body: VegaLiteSpec,
): Figure {
  return {
    name,
    title,
    caption,
    spec: { $schema: SCHEMA, description: caption, data: { values: rows }, ...body },
  };
}

/** The row without the fields that have no value. */
export function present<R extends { readonly [field: string]: Json | undefined }>(
  row: R,
): { readonly [K in keyof R]: Exclude<R[K], undefined> } {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined),
  ) as never;
}

export function axisTitle(axis: Pick<Axis, 'label' | 'unit'>): string {
  return axis.unit === undefined ? axis.label : `${axis.label} (${axis.unit})`;
}

/** The channel of a measured field, whose values say how its axis is ticked. */
export function quantitative(
  field: string,
  axis: Axis,
  values: readonly number[],
  scale: VegaLiteSpec = { zero: false, nice: true },
): VegaLiteSpec {
  const domain = axis.domain ?? (scale.zero === false ? aroundOne(values) : undefined);
  const ticks = {
    ...(whole(values) && { tickMinStep: 1 }),
    ...(field !== 'y' && { tickCount: 6 }),
  };
  return {
    field,
    type: 'quantitative',
    title: axisTitle(axis),
    scale: domain === undefined ? scale : { domain: [...domain] },
    axis: ticks,
  };
}

/** A range about values that are all one, which have none by themselves. */
function aroundOne(values: readonly number[]): [number, number] | undefined {
  const [value] = values;
  if (values.some((other) => other !== value)) return undefined;
  const margin = Number.isInteger(value) ? 1 : Math.abs(value) / 10;
  return [value >= 0 ? Math.max(0, value - margin) : value - margin, value + margin];
}

/** A dashed line where two axes are equal. */
export function diagonalLine(
  [low, high]: readonly [number, number],
  x: VegaLiteSpec,
  y: VegaLiteSpec,
): VegaLiteSpec {
  return {
    data: { values: [{ x: low, y: low, x2: high, y2: high }] },
    mark: { type: 'rule', strokeDash: [4, 4] },
    encoding: { x, y, x2: { field: 'x2' }, y2: { field: 'y2' } },
  };
}

/** A field shown when a mark is hovered. */
export function measured(field: string, axis: Axis, values: readonly number[]): VegaLiteSpec {
  return {
    field,
    type: 'quantitative',
    title: axisTitle(axis),
    format: whole(values) ? ',d' : ',.4~r',
  };
}

/** Fields of names shown when a mark is hovered; those that no row has are left out. */
export function named(fields: { readonly [field: string]: string | false }): VegaLiteSpec[] {
  return Object.entries(fields).flatMap(([field, title]) =>
    title === false ? [] : [{ field, type: 'nominal', title }],
  );
}

/** The colours of the field `series`, in the order given; nothing where there is no series. */
export function seriesColour(series: readonly string[]): VegaLiteSpec {
  if (series.length === 0) return {};
  return {
    color: {
      field: 'series',
      type: 'nominal',
      title: null,
      scale: { domain: [...series] },
      legend: legendOf(series),
    },
  };
}

/** A legend of names that fill more than a line stands in columns that a phone can show. */
export function legendOf(names: readonly string[]): VegaLiteSpec {
  const entry = 30 + 6.5 * Math.max(...names.map((name) => name.length));
  if (entry * names.length <= WIDTH) return {};
  return { columns: Math.max(1, Math.floor(PHONE / entry)) };
}

/** Distinct names in the order of arrival. */
export function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}

export function finite(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function whole(values: readonly number[]): boolean {
  return values.every(Number.isInteger);
}
