import type { Cell, Column } from './table.js';

const NO_VALUE = '–';

/**
 * A cell as people read it: numbers with the column's digits, an en dash for what has no value (null,
 * a missing field, a number that is not finite).
 */
export function formatCell(column: Column, value: Cell | undefined): string {
  if (value === null || value === undefined) return NO_VALUE;
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return NO_VALUE;
  if (column.kind === 'text') return String(value);
  const text = value.toFixed(column.kind === 'integer' ? 0 : (column.digits ?? 3));
  // What rounds to zero has no sign.
  return Number(text) === 0 ? text.replace('-', '') : text;
}
