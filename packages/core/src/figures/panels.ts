import { naturalOrder } from '../tables/natural-order.js';
import type { VegaLiteSpec } from './figure.js';
import { distinct, HEIGHT, WIDTH } from './specification.js';

const PANEL_WIDTH = 200;
const PANEL_HEIGHT = 150;
const PANEL_COLUMNS = 3;

/**
 * The drawing by itself, or once for each `group` of the rows: small multiples in natural order, with
 * common scales, so that panels compare.
 */
export function panels(
  rows: readonly { readonly group?: string }[],
  drawing: VegaLiteSpec,
): VegaLiteSpec {
  const groups = distinct(rows.map((row) => row.group)).sort(naturalOrder);
  if (groups.length === 0) return { width: WIDTH, height: HEIGHT, ...drawing };
  return {
    columns: groups.length === 4 ? 2 : Math.min(PANEL_COLUMNS, groups.length),
    facet: { field: 'group', type: 'nominal', title: null, sort: groups },
    // Under the last panel of a column, not under the last row of which it may have none.
    resolve: { axis: { x: 'independent' } },
    spec: { width: PANEL_WIDTH, height: PANEL_HEIGHT, ...drawing },
  };
}
