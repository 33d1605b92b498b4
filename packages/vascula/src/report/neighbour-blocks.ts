import { headlineLabels, headlineNames, type NeighbourDifference } from '@vascula/core';
import { neighbourSentences } from '../evaluation/index.js';
import type { Block } from '../pages/index.js';
import { intervalCells, intervalColumns } from './headline-table.js';

/** What it is worth to lie beside training tiles, as the validation tiles have it. */
export function neighbourBlocks(neighbours: NeighbourDifference): Block[] {
  const { beside, apart, difference } = neighbours;
  const blocks: Block[] = [{ kind: 'text', paragraphs: neighbourSentences(neighbours) }];
  if (apart.images === 0) return blocks;
  const [, ...ends] = intervalColumns;
  return [
    ...blocks,
    {
      kind: 'table',
      name: 'neighbours',
      title: 'Tiles beside training tiles, and the others',
      caption:
        `${beside.images} validation tiles of ${beside.slides} slides touch or overlap a training tile of their slide, ` +
        `${apart.images} of ${apart.slides} slides do not. The difference is the first minus the second, its intervals by the ` +
        'bootstrap over all tiles, or slides, together.',
      table: {
        columns: [
          { name: 'metric', label: 'metric', kind: 'text' },
          { name: 'beside', label: 'beside', kind: 'number' },
          { name: 'apart', label: 'apart', kind: 'number' },
          { name: 'value', label: 'difference', kind: 'number' },
          ...ends,
        ],
        rows: headlineNames.map((name) => ({
          metric: headlineLabels[name],
          beside: beside.headlines[name].value,
          apart: apart.headlines[name].value,
          ...intervalCells(difference[name]),
        })),
      },
    },
  ];
}
