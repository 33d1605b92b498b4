import { naturalOrder } from '../tables/natural-order.js';
import type { VegaLiteSpec } from './figure.js';
import {
  distinct,
  HEIGHT,
  PANEL_COLUMNS,
  PANEL_HEIGHT,
  PANEL_WIDTH,
  WIDTH,
} from './specification.js';

/** The drawing by itself, or once for each `group` of the rows as small multiples with common scales. */
export function panels(
  rows: readonly { readonly group?: string }[],
  drawing: VegaLiteSpec,
): VegaLiteSpec {
  const groups = distinct(rows.map((row) => row.group)).sort(naturalOrder);
  if (groups.length === 0) return { width: WIDTH, height: HEIGHT, ...drawing };
  return {
    columns: Math.min(PANEL_COLUMNS, groups.length),
    facet: { field: 'group', type: 'nominal', title: null, sort: groups },
    spec: { width: PANEL_WIDTH, height: PANEL_HEIGHT, ...drawing },
  };
}
