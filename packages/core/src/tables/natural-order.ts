const collator = new Intl.Collator('en', { numeric: true });

/**
 * Order for sorting names as people do: runs of digits count as numbers, so `slide 2` comes before
 * `slide 10`. Null comes last. The order is the same in every locale.
 */
export function naturalOrder(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  // The collator calls `01` and `1` equal; names that differ must not depend on the order of arrival.
  return collator.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0);
}
