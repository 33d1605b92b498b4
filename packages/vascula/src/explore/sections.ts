import type { ExploredSplit, Figure } from '@vascula/core';
import type { PairsSummary } from '../check/index.js';
import type { Block, Section } from '../pages/index.js';
import type { Collected } from './collect.js';
import { type Exploration, hasIgnored } from './exploration.js';
import {
  type PictureOf,
  placesFigure,
  positiveRatioFigure,
  sharesFigure,
  splitFigure,
  stainFigure,
  stainIntervalsFigure,
  tilesFigure,
  vesselSizeFigure,
} from './figures.js';
import {
  coloursTable,
  countsTable,
  donorsTable,
  findingKindsTable,
  findingsTable,
  pairsTable,
  splitsTable,
  statisticsTable,
  tilesTable,
} from './tables.js';

interface Material {
  readonly exploration: Exploration;
  readonly collected: Collected;
  readonly splits: readonly ExploredSplit[];
  readonly gallery: readonly Block[];
  readonly pictureOf: PictureOf;
}

/** Everything the page shows, in the order in which it is read. */
export function sections(material: Material): Section[] {
  const isPairs = material.exploration.pairs !== undefined;
  const all = [
    { id: 'overview', title: 'Overview', blocks: overview(material) },
    { id: 'tiles', title: 'Tiles', blocks: tileBlocks(material) },
    { id: 'gallery', title: 'Gallery', blocks: galleryBlocks(material) },
    { id: 'vessels', title: 'Vessels', blocks: vesselBlocks(material) },
    { id: 'places', title: 'Places in the slides', blocks: placeBlocks(material) },
    { id: 'split', title: 'What a split would put side by side', blocks: splitBlocks(material) },
    { id: 'stain', title: 'Colour and stain', blocks: stainBlocks(material) },
    { id: 'donors', title: 'Donors', blocks: donorBlocks(material) },
    { id: 'findings', title: 'Faults and repeats', blocks: findingBlocks(material) },
    { id: 'every-tile', title: 'Every tile', blocks: everyTile(material) },
  ];
  // Images by themselves have no place in a slide, and nobody is known by a table of slides.
  return all.filter(({ id }) => !(isPairs && (id === 'places' || id === 'donors')));
}

function overview({ exploration }: Material): Block[] {
  const { totals, statistics, tileSize, usable, colours, pairs } = exploration;
  const overall = statistics.at(-1);
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? null : `${(100 * value).toFixed(2)} %`;
  return [
    ...(usable
      ? []
      : [
          notice(
            'warning',
            `This dataset has ${count(totals.faults, 'fault')}: see “Faults and repeats” below. What could not be read is left out of what is measured here.`,
          ),
        ]),
    ...(totals.rows === 0 ? [notice('warning', 'There is no tile in this dataset.')] : []),
    ...(totals.rows > 0 && totals.labelled === 0
      ? [
          notice(
            'info',
            'No tile has labels: numbers, sizes and shares of vessels, and splits, are left out.',
          ),
        ]
      : []),
    {
      kind: 'facts',
      items: [
        ...(pairs === undefined
          ? [
              { label: 'Rows of tile_meta.csv', value: totals.rows },
              { label: 'Images', value: totals.files },
              { label: 'Labelled tiles', value: totals.labelled },
              {
                label: 'Tile size',
                value: tileSize === null ? null : `${tileSize.width} × ${tileSize.height} px`,
              },
              { label: 'Slides with images', value: colours.length },
              { label: 'Vessel outlines', value: totals.vesselPolygons },
              { label: 'Glomerulus outlines', value: totals.glomerulusPolygons },
              { label: 'Unsure outlines', value: totals.unsurePolygons },
            ]
          : [
              { label: 'Images with masks', value: totals.files },
              { label: 'Image size', value: sizeWords(pairs) },
              { label: 'Slides or groups', value: colours.length },
            ]),
        { label: 'Mean positive ratio', value: share(overall?.meanPositiveRatio) },
        ...(hasIgnored(exploration)
          ? [{ label: 'Mean share of ignored pixels', value: share(overall?.meanIgnoredShare) }]
          : []),
        { label: 'Tiles without vessel', value: overall?.tilesWithoutVessel ?? null },
        { label: 'Faults', value: totals.faults },
        { label: 'Warnings', value: totals.warnings },
      ],
    },
  ];
}

function sizeWords({ pairs }: PairsSummary): string {
  const words = new Set(pairs.map(({ size }) => `${size.width} × ${size.height} px`));
  const [first] = words;
  return words.size === 1 ? `${first}` : `${words.size} sizes`;
}

function tileBlocks({ exploration }: Material): Block[] {
  const pairs = pairsTable(exploration);
  if (pairs !== undefined) return [pairs];
  return [
    shown(tilesFigure(exploration), 'No tile has labels.'),
    countsTable(exploration) ?? notice('info', 'There are no tiles to count.'),
  ];
}

function galleryBlocks({ gallery, exploration }: Material): Block[] {
  if (gallery.length === 0) return [notice('info', 'There is no image to show.')];
  return [
    {
      kind: 'text',
      paragraphs: [
        `${
          exploration.pairs === undefined
            ? 'Vessels are yellow, glomeruli blue, what the experts were unsure of green.'
            : 'Vessels are yellow.'
        }${hasIgnored(exploration) ? ' What does not count is grey.' : ''}`,
      ],
    },
    ...gallery,
  ];
}

function vesselBlocks({ exploration, pictureOf }: Material): Block[] {
  const { tiles, statistics } = exploration;
  if (statistics.length === 0)
    return [notice('info', 'No labelled tile could be read: there is nothing to measure.')];
  const bare = statistics.filter((row) => row.tiles === row.tilesWithoutVessel);
  return [
    ...bare.map(({ dataset, source }) =>
      notice(
        'info',
        dataset === 'all'
          ? 'No tile has a vessel: mean sizes have no value.'
          : `No tile of dataset ${dataset}, slide ${source} has a vessel: its mean vessel size has no value.`,
      ),
    ),
    statisticsTable(exploration) as Block,
    shown(positiveRatioFigure(tiles), 'There is no positive ratio to draw.'),
    shown(vesselSizeFigure(tiles, pictureOf), 'No tile has a vessel to measure.'),
    shown(sharesFigure(exploration), 'There are no shares to draw.'),
  ];
}

function placeBlocks({ exploration, collected, pictureOf }: Material): Block[] {
  const { tileSize } = exploration;
  if (tileSize === null) return [notice('info', 'Without an image the size of a tile is unknown.')];
  const side = Math.max(tileSize.width, tileSize.height);
  return [shown(placesFigure(collected.entries, side, pictureOf), 'There is no tile to place.')];
}

function splitBlocks({ exploration, collected, splits, pictureOf }: Material): Block[] {
  const { tileSize, totals } = exploration;
  const table = splitsTable(exploration);
  if (tileSize === null || table === undefined || totals.labelled === 0)
    return [notice('info', 'Without labelled tiles there is nothing to split.')];
  const side = Math.max(tileSize.width, tileSize.height);
  return [
    table,
    // A map of whole slides would say nothing that the table does not.
    ...splits.flatMap((split): Block[] =>
      split.overlap.problem === null &&
      split.overlap.rule !== 'slide' &&
      exploration.pairs === undefined
        ? [
            shown(
              splitFigure(collected.entries, split, side, pictureOf),
              'There is no tile to place.',
            ),
          ]
        : [],
    ),
  ];
}

function stainBlocks({ exploration, pictureOf }: Material): Block[] {
  const table = coloursTable(exploration);
  if (table === undefined) return [notice('info', 'There is no image whose colours to measure.')];
  return [
    shown(stainIntervalsFigure(exploration), 'There are no colours to draw.'),
    shown(stainFigure(exploration.tiles, pictureOf), 'There are no colours to draw.'),
    table,
  ];
}

function donorBlocks({ exploration }: Material): Block[] {
  return [donorsTable(exploration) ?? notice('info', 'There is no wsi_meta.csv, or it is empty.')];
}

function findingBlocks({ exploration }: Material): Block[] {
  const { totals } = exploration;
  const kinds = findingKindsTable(exploration);
  const all = findingsTable(exploration);
  return [
    {
      kind: 'facts',
      items: [
        { label: 'Tiles that repeat another', value: totals.duplicateTiles },
        { label: 'Outlines given twice', value: totals.duplicatePolygons },
        { label: 'Faults', value: totals.faults },
        { label: 'Warnings', value: totals.warnings },
      ],
    },
    ...(kinds === undefined || all === undefined
      ? [notice('info', 'Every file was read and nothing was found.')]
      : [kinds, all]),
  ];
}

function everyTile({ exploration }: Material): Block[] {
  return [tilesTable(exploration) ?? notice('info', 'No image could be read.')];
}

function shown(figure: Figure | undefined, otherwise: string): Block {
  return figure === undefined ? notice('info', otherwise) : { kind: 'figure', figure };
}

function notice(level: 'info' | 'warning', text: string): Block {
  return { kind: 'notice', level, text };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
