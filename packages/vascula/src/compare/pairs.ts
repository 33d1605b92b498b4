import { type Column, meanOf, pairedTest, type Row, type Table } from '@vascula/core';
import type { Compared } from './compared.js';
import { sharedTiles, tilesOf } from './shared-tiles.js';

/** Two runs on the tiles that both validated: differences are second minus first. */
export interface PairComparison {
  readonly first: string;
  readonly second: string;
  readonly tiles: number;
  readonly firstIou: number | null;
  readonly secondIou: number | null;
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly pValue: number | null;
  /** Tiles on which the second run scores higher, and lower; on the others both score the same. */
  readonly higher: number;
  readonly lower: number;
}

/** Every run against every later one. */
export function comparePairs(runs: readonly Compared[], seed: number): PairComparison[] {
  return runs.flatMap((first, at) =>
    runs.slice(at + 1).map((second) => comparePair(first, second, seed)),
  );
}

function comparePair(first: Compared, second: Compared, seed: number): PairComparison {
  const { ids } = sharedTiles([first, second]);
  const a = tilesOf(first, ids).map(({ iou }) => iou);
  const b = tilesOf(second, ids).map(({ iou }) => iou);
  const { meanDifference, interval, pValue } = pairedTest(a, b, { seed });
  return {
    first: first.name,
    second: second.name,
    tiles: ids.length,
    firstIou: meanOf(a),
    secondIou: meanOf(b),
    difference: meanDifference,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    pValue,
    higher: a.filter((iou, at) => (b[at] as number) > iou).length,
    lower: a.filter((iou, at) => (b[at] as number) < iou).length,
  };
}

const columns: readonly Column[] = [
  { name: 'first', label: 'first', kind: 'text' },
  { name: 'second', label: 'second', kind: 'text' },
  { name: 'tiles', label: 'tiles', kind: 'integer' },
  { name: 'firstIou', label: 'IoU of the first', kind: 'number' },
  { name: 'secondIou', label: 'IoU of the second', kind: 'number' },
  { name: 'difference', label: 'second − first', kind: 'number' },
  { name: 'low', label: '95 % from', kind: 'number' },
  { name: 'high', label: '95 % to', kind: 'number' },
  { name: 'pValue', label: 'p', kind: 'number', digits: 4 },
  { name: 'higher', label: 'second higher', unit: 'tiles', kind: 'integer' },
  { name: 'lower', label: 'second lower', unit: 'tiles', kind: 'integer' },
];

export function pairTable(pairs: readonly PairComparison[]): Table {
  return { columns, rows: pairs.map((pair): Row => ({ ...pair })) };
}

export function pairCaption(pairs: readonly PairComparison[]): string {
  const many =
    pairs.length > 1
      ? ` These are ${pairs.length} comparisons: hold p against ${(0.05 / pairs.length).toPrecision(2)} rather than 0.05 (Bonferroni).`
      : '';
  return (
    'Only tiles that both runs validated, pixels and truth the same. p is two-sided, of a sign-flip permutation ' +
    'test: how often a mean difference as large would come about if it were chance which of the two scores ' +
    `higher on a tile. Tiles of one slide resemble each other, so p is rather too small.${many}`
  );
}

/** What the test says, as a sentence. */
export function pairSentence(pair: PairComparison): string {
  const { first, second, tiles, firstIou, secondIou, difference, low, high, pValue } = pair;
  if (firstIou === null || secondIou === null || difference === null)
    return `${second} and ${first} validated no tile in common: they cannot be compared by tile.`;
  const where = tiles === 1 ? 'the one tile' : `the ${tiles} tiles`;
  const scores =
    `On ${where} both validated, ${second} has a mean IoU of ${secondIou.toFixed(3)} ` +
    `and ${first} of ${firstIou.toFixed(3)}`;
  if (pValue === null || low === null || high === null)
    return `${scores}: too few tiles to test the difference.`;
  const chance = pValue < 0.05 ? '' : ', which chance alone may bring about';
  const p = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
  const interval = `95 %: ${signed(low)} to ${signed(high)}`;
  return `${scores}: a difference of ${signed(difference)} (${interval}; ${p})${chance}.`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
