import type { Axis, Figure, FigureText, Json, VegaLiteSpec } from './figure.js';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Width of a figure of one panel, in pixels of the SVG. */
export const WIDTH = 480;
export const HEIGHT = 300;
/** Size of one of several panels, and how many stand side by side. */
export const PANEL_WIDTH = 200;
export const PANEL_HEIGHT = 150;
export const PANEL_COLUMNS = 3;

/** A figure of rows, of which `body` names the fields. */
export function figureOf(
  { name, title, caption }: FigureText,
  rows: readonly { readonly [field: string]: Json }[],
  body: VegaLiteSpec,
): Figure {
  return {
    name,
    title,
    caption,
    spec: { $schema: SCHEMA, description: caption, data: { values: rows }, ...body },
  };
}

export function axisTitle(axis: Pick<Axis, 'label' | 'unit'>): string {
  return axis.unit === undefined ? axis.label : `${axis.label} (${axis.unit})`;
}

/** The channel of a measured field. */
export function quantitative(field: string, axis: Axis, zero = false): VegaLiteSpec {
  return {
    field,
    type: 'quantitative',
    title: axisTitle(axis),
    scale: axis.domain === undefined ? { zero, nice: true } : { domain: [...axis.domain] },
  };
}

/** The colours of a field's categories, in the given order. */
export function colourBy(
  field: string,
  categories: readonly string[],
  title: string | null,
): VegaLiteSpec {
  return { field, type: 'nominal', title, scale: { domain: [...categories] } };
}

/** Distinct names in the order of arrival. */
export function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}

export function finite(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
