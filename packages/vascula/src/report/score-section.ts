import {
  densityByGroup,
  type Figure,
  intervalsByGroup,
  scatterByGroup,
  scatterLabelled,
} from '@vascula/core';
import { type Block, picturePath, type Section } from '../pages/index.js';
import {
  type GroupScore,
  type IouEstimate,
  type ScoredTiles,
  scoreNotes,
  scoreTable,
  shortName,
} from './group-scores.js';
import { headlineNote, headlineTable } from './headline-table.js';
import type { TileResult } from './results.js';

const iouAxis = { label: 'IoU of a tile (0 to 1)', domain: [0, 1] } as const;
const half = { value: 0.5, label: '0.5' };

/** What is said of every interval. */
export const intervalNote =
  'Intervals are 95 % intervals of the mean by the bootstrap over tiles (BCa, 2000 resamples); none for a ' +
  'single tile. They say how much the tiles vary, not how another slide would do.';

/** IoU overall and by (dataset, source): in numbers, and in how it is spread. */
export function scoreSection(
  results: ScoredTiles,
  groups: readonly GroupScore[],
  overall: IouEstimate,
): Section {
  const { tiles, evaluation } = results;
  const figures = [
    groupFigure(groups, overall),
    densityByGroup(
      {
        name: 'iou-density',
        title: 'How IoU is spread',
        caption: 'Density of the IoU of single validation tiles, with a line at 0.5.',
        value: iouAxis,
        reference: half,
      },
      tiles.map(({ iou }) => ({ value: iou })),
    ),
    densityByGroup(
      {
        name: 'iou-density-by-group',
        title: 'How IoU is spread in each dataset and slide',
        caption:
          'Density of the IoU of single validation tiles by dataset and slide, with a line at 0.5.',
        value: iouAxis,
        reference: half,
      },
      tiles.map(({ iou, group }) => ({ value: iou, group })),
    ),
    scatterLabelled(
      {
        name: 'iou-by-training-tiles',
        title: 'IoU against the number of training tiles',
        caption:
          'A point for each dataset/slide, named beside it: do those with more training tiles score higher?',
        x: { label: 'training tiles of the same dataset and slide' },
        y: { label: 'mean IoU (0 to 1)', domain: [0, 1] },
      },
      groups.map((score) => ({ label: shortName(score), x: score.trainingTiles, y: score.iou })),
    ),
    vesselFigure(results),
  ];
  const blocks: Block[] = [
    ...(evaluation === undefined
      ? []
      : [
          {
            kind: 'table' as const,
            name: 'headlines',
            title: 'Headline numbers and their intervals',
            caption: headlineNote(evaluation.assessment),
            table: headlineTable(evaluation.assessment.overall),
          },
        ]),
    {
      kind: 'table',
      name: 'iou',
      title: 'Scores by dataset and slide',
      caption: `${scoreNotes} ${intervalNote}`,
      table: scoreTable(results, groups, overall),
    },
  ];
  for (const figure of figures) if (figure !== undefined) blocks.push({ kind: 'figure', figure });
  return { id: 'scores', title: 'Scores on the validation tiles', blocks };
}

function groupFigure(groups: readonly GroupScore[], overall: IouEstimate): Figure | undefined {
  return intervalsByGroup(
    {
      name: 'iou-by-group',
      title: 'Mean IoU by dataset and slide',
      caption: `Dots are means over validation tiles. ${intervalNote}`,
      group: 'dataset and slide (tiles)',
      value: { label: 'mean IoU (0 to 1)', domain: [0, 1] },
    },
    [...groups, { group: 'all', ...overall }].map(({ group, iou, low, high, tiles }) => ({
      group: `${group} (${tiles})`,
      value: iou,
      low,
      high,
    })),
  );
}

/** Small vessels are hard: a dot for each tile, its picture when hovered. */
function vesselFigure({ tiles, thumbnails }: ScoredTiles): Figure | undefined {
  return scatterByGroup(
    {
      name: 'iou-by-vessel-share',
      title: 'IoU against the share of vessel pixels',
      caption:
        'A dot for each validation tile, by dataset and slide. Hover a dot to see its tile: found pixels yellow, ' +
        'missed ones green, wrongly claimed ones red.',
      x: { label: 'vessel pixels', unit: '% of the tile' },
      y: iouAxis,
    },
    tiles.map(({ id, vesselShare, iou, group }: TileResult) => {
      const jpeg = thumbnails.get(id);
      return {
        id,
        x: 100 * vesselShare,
        y: iou,
        group,
        ...(jpeg && { picture: picturePath({ name: thumbnailName(id), jpeg }) }),
      };
    }),
  );
}

/** Apart from the names of pictures that a page shows by themselves. */
export function thumbnailName(id: string): string {
  return `tile-${id}`;
}
