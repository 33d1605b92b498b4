/** Neighbouring observations that an isotonic regression makes equal. */
export interface IsotonicBlock {
  /** Index of its first observation. */
  readonly first: number;
  /** Observations in it, 1 or more. */
  readonly count: number;
  /** The fitted value: their weighted mean. */
  readonly value: number;
}

/**
 * Isotonic regression: the sequence that never falls with the least weighted squared distance to the
 * observations, by pooling adjacent violators (Ayer and others 1955).
 *
 * @param observations each a value (sum / weight) and its weight, above 0: hits of trials, say.
 *   Where sums and weights are whole, pooling is exact
 * @returns blocks in order, their values strictly rising
 */
export function isotonicRegression(
  observations: readonly { readonly sum: number; readonly weight: number }[],
): IsotonicBlock[] {
  const blocks: { first: number; count: number; sum: number; weight: number }[] = [];
  observations.forEach(({ sum, weight }, first) => {
    let block = { first, count: 1, sum, weight };
    for (let before = blocks.at(-1); before !== undefined; before = blocks.at(-1)) {
      if (before.sum * block.weight < block.sum * before.weight) break;
      blocks.pop();
      block = {
        first: before.first,
        count: before.count + block.count,
        sum: before.sum + block.sum,
        weight: before.weight + block.weight,
      };
    }
    blocks.push(block);
  });
  return blocks.map(({ first, count, sum, weight }) => ({ first, count, value: sum / weight }));
}
