import { naturalOrder } from './natural-order.js';
import type { Cell } from './table.js';

/** Rows that agree in the fields of `key`. */
export interface Group<R, K extends keyof R> {
  readonly key: Readonly<Pick<R, K>>;
  /** In the order in which they came; at least one. */
  readonly rows: readonly R[];
}

/**
 * The rows of each combination of the given fields, in the natural order of the first field, then of
 * the next. The number 1 and the text `1` are one value: identifiers come as either.
 */
export function groupBy<R extends { readonly [key in K]: Cell }, K extends keyof R>(
  rows: readonly R[],
  keys: readonly K[],
): Group<R, K>[] {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const id = JSON.stringify(keys.map((key) => (row[key] === null ? null : String(row[key]))));
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return [...groups.values()]
    .map((members) => ({
      key: Object.fromEntries(keys.map((key) => [key, members[0][key]])) as Pick<R, K>,
      rows: members,
    }))
    .sort((a, b) => {
      for (const key of keys) {
        const order = naturalOrder(a.key[key], b.key[key]);
        if (order !== 0) return order;
      }
      return 0;
    });
}
