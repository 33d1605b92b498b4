import {
  densityByGroup,
  type ExploredSplit,
  type Figure,
  groupBars,
  groupLabel,
  intervalsByGroup,
  type MeasuredTile,
  naturalOrder,
  type PlacedTile,
  type SplitSide,
  scatterByGroup,
  slideMap,
  type TileEntry,
} from '@vascula/core';
import type { Exploration } from './exploration.js';

/** The relative address of a tile's picture, where it has one. */
export type PictureOf = (id: string) => string | undefined;

const HOVER = 'Hover a dot to see its tile.';
const slideLabel = (source: number) => `slide ${source}`;

/** Tiles by their group; where no group has two, as of images by themselves, all in one. */
function grouping(
  tiles: readonly MeasuredTile[],
  label: (tile: MeasuredTile) => string,
): (tile: MeasuredTile) => string {
  const isEachAlone = tiles.length > 2 && new Set(tiles.map(label)).size === tiles.length;
  return isEachAlone ? () => 'all images' : label;
}

/** The picture as a field, left out where there is none: a chart would ask for `undefined`. */
function pictured(id: string, pictureOf: PictureOf): { picture?: string } {
  const picture = pictureOf(id);
  return picture === undefined ? {} : { picture };
}

export function tilesFigure({ groups }: Exploration): Figure | undefined {
  return groupBars(
    {
      name: 'tiles-by-group',
      title: 'Labelled tiles by dataset and slide',
      caption: 'How many tiles with labels each slide gives, apart by dataset.',
      value: { label: 'number of labelled tiles' },
      group: 'dataset, slide',
    },
    groups.flatMap(({ dataset, source, labelled }) =>
      dataset === 'all' || source === null || labelled === 0
        ? []
        : [{ group: groupLabel({ dataset, source }), value: labelled }],
    ),
  );
}

export function sharesFigure({ statistics, pairs }: Exploration): Figure | undefined {
  return groupBars(
    {
      name: 'label-shares',
      title: 'Share of pixels by label',
      caption:
        pairs === undefined
          ? 'Mean share of a tile’s pixels labelled as vessel, glomerulus and unsure. The classes may overlap, ' +
            'so the sum can exceed the labelled area a little.'
          : 'Mean share of vessel among the pixels that count.',
      value: { label: 'share of pixels', unit: '%' },
      group: 'dataset, slide',
    },
    statistics.flatMap((row) => {
      const { dataset, source } = row;
      if (dataset === 'all' || source === null) return [];
      const group = groupLabel({ dataset, source });
      return (
        [
          ['vessel', row.meanPositiveRatio],
          ...(pairs === undefined
            ? ([
                ['glomerulus', row.meanGlomerulusShare],
                ['unsure', row.meanUnsureShare],
              ] as const)
            : []),
        ] as const
      ).map(([series, share]) => ({
        group,
        series,
        value: share === null ? null : 100 * share,
      }));
    }),
  );
}

export function positiveRatioFigure(tiles: readonly MeasuredTile[]): Figure | undefined {
  const groupOf = grouping(tiles, groupLabel);
  return densityByGroup(
    {
      name: 'positive-ratio',
      title: 'Positive ratio by dataset and slide',
      caption:
        'How the share of vessel pixels is spread over the labelled tiles: the higher the curve, the more ' +
        'tiles have that share. The area under each curve is 1, so groups of different size compare.',
      value: { label: 'vessel pixels in a tile', unit: '%' },
    },
    tiles.flatMap((tile) =>
      tile.positiveRatio === null
        ? []
        : [{ value: 100 * tile.positiveRatio, group: groupOf(tile) }],
    ),
  );
}

export function vesselSizeFigure(
  tiles: readonly MeasuredTile[],
  pictureOf: PictureOf,
): Figure | undefined {
  const groupOf = grouping(tiles, groupLabel);
  return scatterByGroup(
    {
      name: 'count-and-size',
      title: 'Number of vessels against their mean size',
      caption: `One dot a labelled tile that has a vessel. ${HOVER}`,
      x: { label: 'vessels in the tile' },
      y: { label: 'mean vessel size', unit: '1000 px' },
    },
    tiles.map((tile) => ({
      id: tile.id,
      x: tile.vessels,
      y: tile.meanVesselSize,
      group: groupOf(tile),
      ...pictured(tile.id, pictureOf),
    })),
  );
}

export function stainIntervalsFigure({ colours }: Exploration): Figure | undefined {
  return intervalsByGroup(
    {
      name: 'stain-by-slide',
      title: 'Stain by slide',
      caption:
        'Mean optical density of each colour channel (dot) and the range of the middle 80 % of the tiles ' +
        '(line). The farther right, the darker in that channel; slides whose dots differ were stained or ' +
        'scanned differently.',
      value: { label: 'optical density, −log10(value / 255)' },
      group: 'slide',
    },
    colours.flatMap((row) =>
      // In this order the palette's first three colours, blue, vermilion and green, are nearest to theirs.
      (['Blue', 'Red', 'Green'] as const).map((channel) => ({
        group: slideLabel(row.source),
        series: channel.toLowerCase(),
        value: row[`density${channel}`],
        low: row[`density${channel}Low`],
        high: row[`density${channel}High`],
      })),
    ),
  );
}

export function stainFigure(
  tiles: readonly MeasuredTile[],
  pictureOf: PictureOf,
): Figure | undefined {
  const groupOf = grouping(tiles, ({ source }) => slideLabel(source));
  return scatterByGroup(
    {
      name: 'stain-by-tile',
      title: 'Stain of every tile, slide by slide',
      caption:
        'Haematoxylin (nuclei) absorbs red, PAS (magenta) absorbs green. All panels have the same scales: ' +
        `a cloud that lies elsewhere is a slide of another stain. ${HOVER}`,
      x: { label: 'optical density of red' },
      y: { label: 'optical density of green' },
    },
    tiles.map((tile) => ({
      id: tile.id,
      x: tile.densityRed,
      y: tile.densityGreen,
      group: groupOf(tile),
      ...pictured(tile.id, pictureOf),
    })),
  );
}

export function placesFigure(
  entries: readonly TileEntry[],
  side: number,
  pictureOf: PictureOf,
): Figure | undefined {
  const [bare, absent] = ['image without labels', 'no image here'];
  const category = ({ dataset, labelled, files }: TileEntry) =>
    labelled === 1 ? `labelled, dataset ${dataset}` : files === 1 ? bare : absent;
  const used = new Set(entries.map(category));
  const labelled = [...used].filter((name) => name !== bare && name !== absent).sort(naturalOrder);
  const others = [bare, absent].filter((name) => used.has(name));
  return slideMap(
    {
      name: 'tile-positions',
      title: 'Where the tiles lie in their slides',
      caption:
        'Every row of tile_meta.csv as a square at its place in the slide, by what there is of it. ' +
        'Hover a square to see its tile.',
      category: 'state',
      categories: [...labelled, ...others],
      ...(used.has(absent) && { faint: absent }),
      side,
    },
    entries.map((entry) => place(entry, category(entry), pictureOf)),
  );
}

const sideOrder: readonly SplitSide[] = ['training', 'validation', 'validation, touches training'];

export function splitFigure(
  entries: readonly TileEntry[],
  { overlap, sides }: ExploredSplit,
  side: number,
  pictureOf: PictureOf,
): Figure | undefined {
  const { rule, touching, validation } = overlap;
  return slideMap(
    {
      name: `split-${rule}`,
      title: `Labelled tiles split ${rule === 'random' ? 'at random' : `by ${rule}`}`,
      caption:
        `${touching} of ${validation} validation tiles touch a training tile of their slide. ` +
        'Hover a square to see its tile.',
      category: 'tile is for',
      categories: sideOrder,
      side,
    },
    entries.flatMap((entry) => {
      const where = sides.get(entry.id);
      return where === undefined ? [] : [place(entry, where, pictureOf)];
    }),
  );
}

function place(
  { id, source, i, j }: TileEntry,
  category: string,
  pictureOf: PictureOf,
): PlacedTile {
  return { id, slide: slideLabel(source), x: i, y: j, category, ...pictured(id, pictureOf) };
}
