import type { Column, Row, Table } from '@vascula/core';
import type { Block } from '../pages/index.js';
import { type Exploration, hasIgnored } from './exploration.js';

type TableBlock = Extract<Block, { kind: 'table' }>;
type Text = Pick<TableBlock, 'name' | 'title' | 'caption'>;

const dataset: Column = { name: 'dataset', label: 'dataset', kind: 'text' };
const slide: Column = { name: 'source', label: 'slide', kind: 'integer' };
const integer = (name: string, label: string): Column => ({ name, label, kind: 'integer' });
const number = (name: string, label: string, digits: number, unit?: string): Column => ({
  name,
  label,
  kind: 'number',
  digits,
  ...(unit === undefined ? {} : { unit }),
});
const text = (name: string, label: string): Column => ({ name, label, kind: 'text' });

/** Undefined without rows: the page says so in words instead. */
function tableBlock(
  about: Text,
  columns: readonly Column[],
  rows: readonly Row[],
): TableBlock | undefined {
  const table: Table = { columns, rows };
  return rows.length === 0 ? undefined : { kind: 'table', ...about, table };
}

export function countsTable({ groups }: Exploration) {
  return tableBlock(
    {
      name: 'tiles-by-group',
      title: 'Tiles and outlines by dataset and slide',
      caption:
        'Rows are those of tile_meta.csv; images are the files of train/ that are here. Datasets of the ' +
        'competition: 1 is labelled and reviewed by experts, 2 labelled and not reviewed, 3 not labelled.',
    },
    [
      dataset,
      slide,
      integer('rows', 'rows'),
      integer('files', 'images'),
      integer('labelled', 'labelled tiles'),
      integer('vesselPolygons', 'vessel outlines'),
      integer('glomerulusPolygons', 'glomerulus outlines'),
      integer('unsurePolygons', 'unsure outlines'),
    ],
    groups,
  );
}

/** Of a dataset of pairs. */
export function pairsTable({ pairs }: Exploration) {
  if (pairs === undefined) return undefined;
  const hasRoi = pairs.pairs.some(({ roi }) => roi !== undefined);
  return tableBlock(
    {
      name: 'pairs',
      title: 'Images and their masks',
      caption:
        'Paired by the order of their names. Without a grouping each image is a slide of its own: a split by ' +
        'slide is one by image.',
    },
    [
      slide,
      text('image', 'image'),
      text('mask', 'mask'),
      ...(hasRoi ? [text('roi', 'field of view')] : []),
      { ...integer('width', 'width'), unit: 'px' },
      { ...integer('height', 'height'), unit: 'px' },
    ],
    pairs.pairs.map(({ source, image, mask, roi = null, size }) => ({
      source,
      image,
      mask,
      roi,
      ...size,
    })),
  );
}

/** Columns for classes that only outlines have, and for what does not count. */
function shareColumns(exploration: Exploration, name: (of: string) => string): Column[] {
  return [
    ...(exploration.pairs === undefined
      ? [
          number(name('GlomerulusShare'), 'glomerulus share', 6),
          number(name('UnsureShare'), 'unsure share', 6),
        ]
      : []),
    ...(hasIgnored(exploration) ? [number(name('IgnoredShare'), 'ignored share', 6)] : []),
  ];
}

export function statisticsTable(exploration: Exploration) {
  const { statistics } = exploration;
  return tableBlock(
    {
      name: 'statistics-by-group',
      title: 'Vessels by dataset and slide',
      caption:
        'Means over the labelled tiles, each tile counting once. A vessel is an 8-connected component of ' +
        'the mask, so outlines that touch are one. The mean vessel size is over tiles that have a vessel. ' +
        'Shares are parts of a tile’s pixels, 0 to 1; the positive ratio is that of vessel.' +
        (hasIgnored(exploration)
          ? ' Ignored pixels are of all, the other shares of those that count.'
          : ''),
    },
    [
      dataset,
      slide,
      integer('tiles', 'labelled tiles'),
      integer('tilesWithoutVessel', 'without vessel'),
      number('meanVessels', 'vessels a tile', 2),
      number('meanVesselSize', 'vessel size', 3, '1000 px'),
      number('meanTotalVesselSize', 'vessel pixels a tile', 3, '1000 px'),
      number('meanPositiveRatio', 'positive ratio', 6),
      ...shareColumns(exploration, (of) => `mean${of}`),
    ],
    statistics,
  );
}

export function splitsTable({ splits, seed }: Exploration) {
  return tableBlock(
    {
      name: 'split-overlap',
      title: 'Validation tiles beside training tiles',
      caption:
        `What “vascula train” with --split RULE --seed ${seed} would hold out: 80 % of the labelled tiles ` +
        'for training, the rest for validation. A validation tile counts as touching where it overlaps a ' +
        'training tile of its slide or meets it at an edge or a corner: the model has then seen its ' +
        'surroundings, and scores better than on a new slide.',
    },
    [
      text('rule', 'split by'),
      integer('train', 'training tiles'),
      integer('validation', 'validation tiles'),
      integer('touching', 'touching'),
      number('touchingShare', 'share touching', 3),
      text('problem', 'not possible because'),
    ],
    splits,
  );
}

export function coloursTable({ colours }: Exploration) {
  const density = (name: string, label: string) => [
    number(`density${name}`, `OD ${label}`, 3),
    number(`density${name}Low`, `OD ${label}, 10 %`, 3),
    number(`density${name}High`, `OD ${label}, 90 %`, 3),
  ];
  return tableBlock(
    {
      name: 'colour-by-slide',
      title: 'Colour by slide',
      caption:
        'Over all tiles with an image. Red, green and blue run from 0 to 255. OD is the optical density, −log10(value / 255): 0 is white, 1 lets ' +
        'a tenth of the light through. All are means over the tiles; 10 % and 90 % are percentiles of the ' +
        'tiles. The clear share is that of pixels below an OD of 0.15 in all ' +
        'channels (glass, lumens).',
    },
    [
      slide,
      integer('tiles', 'tiles'),
      number('meanRed', 'red', 1),
      number('meanGreen', 'green', 1),
      number('meanBlue', 'blue', 1),
      ...density('Red', 'red'),
      ...density('Green', 'green'),
      ...density('Blue', 'blue'),
      number('clearShare', 'clear share', 3),
    ],
    colours,
  );
}

export function donorsTable({ donors }: Exploration) {
  return tableBlock(
    {
      name: 'donors',
      title: 'Donors',
      caption: 'From wsi_meta.csv: one person a slide. A dash is a fact not known.',
    },
    [
      slide,
      number('age', 'age', 0, 'years'),
      text('sex', 'sex'),
      text('race', 'race'),
      number('height', 'height', 1, 'cm'),
      number('weight', 'weight', 1, 'kg'),
      number('bmi', 'body mass index', 1, 'kg/m²'),
      integer('rows', 'tiles'),
      integer('labelled', 'labelled tiles'),
    ],
    donors,
  );
}

export function findingsTable({ findings }: Exploration) {
  return tableBlock(
    {
      name: 'findings',
      title: 'Every finding',
      caption: 'Faults first. Each says where it is, what was found, and what to do about it.',
    },
    [text('level', 'level'), text('kind', 'kind'), text('text', 'finding')],
    findings,
  );
}

export function findingKindsTable({ findings }: Exploration) {
  const kinds = new Map<string, { level: string; kind: string; count: number; text: string }>();
  for (const { level, kind, text: first } of findings) {
    const entry = kinds.get(kind);
    if (entry === undefined) kinds.set(kind, { level, kind, count: 1, text: first });
    else entry.count++;
  }
  const worstFirst = [...kinds.values()].sort(
    (a, b) => Number(b.level === 'fault') - Number(a.level === 'fault') || b.count - a.count,
  );
  return tableBlock(
    {
      name: 'finding-kinds',
      title: 'Worst first',
      caption: 'Kinds of faults and warnings, how often each was met, and its first case.',
    },
    [
      text('level', 'level'),
      text('kind', 'kind'),
      integer('count', 'number'),
      text('text', 'first case'),
    ],
    worstFirst,
  );
}

export function tilesTable(exploration: Exploration) {
  const { tiles } = exploration;
  return tableBlock(
    {
      name: 'tiles',
      title: 'Every tile',
      caption:
        'All tiles with an image. A dash: no labels, or a mean size without a vessel. Red, green and blue run ' +
        'from 0 to 255, SD is their standard deviation over the pixels, OD the mean optical density.',
    },
    [
      text('id', 'tile'),
      { ...dataset, kind: 'integer' },
      slide,
      ...(exploration.pairs === undefined
        ? [
            { ...integer('i', 'column'), unit: 'px' },
            { ...integer('j', 'row'), unit: 'px' },
          ]
        : []),
      integer('vessels', 'vessels'),
      number('meanVesselSize', 'mean vessel size', 3, '1000 px'),
      number('totalVesselSize', 'vessel pixels', 3, '1000 px'),
      number('positiveRatio', 'positive ratio', 6),
      ...shareColumns(exploration, (of) => `${of[0]?.toLowerCase()}${of.slice(1)}`),
      number('meanRed', 'red', 1),
      number('meanGreen', 'green', 1),
      number('meanBlue', 'blue', 1),
      number('deviationRed', 'SD red', 1),
      number('deviationGreen', 'SD green', 1),
      number('deviationBlue', 'SD blue', 1),
      number('densityRed', 'OD red', 3),
      number('densityGreen', 'OD green', 3),
      number('densityBlue', 'OD blue', 3),
      number('clearShare', 'clear share', 3),
    ],
    tiles,
  );
}
