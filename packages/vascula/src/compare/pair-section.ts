import type { Block, Section } from '../pages/index.js';
import type { Compared } from './compared.js';
import { type PairComparison, pairCaption, pairTable } from './pairs.js';
import { tileFigure } from './tile-figure.js';

/** Whether differences are more than chance, and a dot for each of the tiles with these ids. */
export function pairSection(
  pairs: readonly PairComparison[],
  scored: readonly Compared[],
  ids: readonly string[],
): Section {
  const figure = ids.length === 0 ? undefined : tileFigure(scored, ids);
  const blocks: Block[] = [
    {
      kind: 'table',
      name: 'differences',
      title: 'Is the difference more than chance?',
      caption: pairCaption(pairs),
      table: pairTable(pairs),
    },
    ...(figure === undefined ? [] : [{ kind: 'figure' as const, figure }]),
  ];
  return { id: 'differences', title: 'Difference by tile', blocks };
}
