import type { Block, Picture, Section } from '../pages/index.js';
import { bestAndWorst, chosenTiles } from './chosen-tiles.js';
import type { TilePrediction } from './predict-tiles.js';
import type { ResultsHooks, TileResult } from './results.js';
import { stripPicture } from './tile-pictures.js';

export const overlayLegend =
  'Over the tile, found pixels are yellow, missed ones green, wrongly claimed ones red; grey does not count.';

export const emptyNote = 'A tile without vessel scores 1 where nothing was found in it, else 0.';

const panels = `From left to right: tile, truth, prediction, both over the tile. ${overlayLegend}`;

export interface PictureSection {
  readonly section: Section;
  /** Ids of the tiles shown. */
  readonly shown: Readonly<Record<'chosen' | 'best' | 'worst', readonly string[]>>;
}

/** Tiles by chance, and the best and the worst: each beside its truth and what the network says. */
export async function pictureSection(
  tiles: readonly TileResult[],
  predict: (ids: readonly string[]) => AsyncIterable<TilePrediction>,
  seed: number,
  hooks: ResultsHooks,
): Promise<PictureSection> {
  const chosen = chosenTiles(tiles, seed);
  const { best, worst } = bestAndWorst(tiles);
  const wanted = new Map([...chosen, ...best, ...worst].map((tile) => [tile.id, tile]));
  const drawn = new Map<string, Picture>();
  for await (const { labelled, prediction } of predict([...wanted.keys()])) {
    const tile = wanted.get(labelled.tile.id) as TileResult;
    const text = { name: tile.id, label: tileLabel(tile) };
    drawn.set(tile.id, await stripPicture(labelled, [prediction], text));
    hooks.progress?.(drawn.size, wanted.size);
  }
  const gallery = (
    name: string,
    title: string,
    caption: string,
    of: readonly TileResult[],
  ): Block[] =>
    of.length === 0
      ? []
      : [
          {
            kind: 'pictures',
            name,
            title,
            caption,
            pictures: of.map(({ id }) => ({
              ...(drawn.get(id) as Picture),
              name: `${name}-${id}`,
            })),
          },
        ];
  const blocks: Block[] = [
    ...gallery(
      'chosen',
      'Tiles by chance',
      `Drawn from each dataset and slide with seed ${seed}, whatever their score. ${panels}`,
      chosen,
    ),
    ...gallery('best', 'Best tiles', `Highest IoU among tiles with vessels. ${panels}`, best),
    ...gallery('worst', 'Worst tiles', `Lowest IoU. ${emptyNote} ${panels}`, worst),
  ];
  if (worst.length === 0)
    blocks.push({
      kind: 'notice',
      level: 'info',
      text: 'With a single validation tile there is no best and no worst.',
    });
  const ids = (of: readonly TileResult[]) => of.map(({ id }) => id);
  return {
    section: { id: 'pictures', title: 'Predictions', blocks },
    shown: { chosen: ids(chosen), best: ids(best), worst: ids(worst) },
  };
}

/** `4.1 % vessel` */
export function vesselWords(share: number): string {
  return share === 0 ? 'no vessel' : `${(100 * share).toFixed(1)} % vessel`;
}

function tileLabel({ id, group, iou, vesselShare }: TileResult): string {
  return `${id} · ${group} · ${vesselWords(vesselShare)} · IoU ${iou.toFixed(3)}`;
}
