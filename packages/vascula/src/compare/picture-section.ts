import type { Runtime } from '@vascula/autograd';
import type { Block, Picture, Section } from '../pages/index.js';
import {
  chosenTiles,
  emptyNote,
  overlayLegend,
  predictTiles,
  type RunResults,
  stripPicture,
  vesselWords,
} from '../report/index.js';
import type { LabelledTile } from '../training/index.js';
import { tilesOf } from './shared-tiles.js';

/** Tiles shown where the runs differ most. */
const mostDiffering = 4;

export interface PictureSection {
  readonly section: Section;
  /** Ids of the tiles shown. */
  readonly shown: Readonly<Record<'chosen' | 'differing', readonly string[]>>;
}

interface ComparedTile {
  readonly id: string;
  readonly group: string;
  readonly iou: number;
  readonly vesselShare: number;
  /** Of each run. */
  readonly ious: readonly number[];
}

/** The same tiles as every run predicts them: some by chance, and those where the runs differ most. */
export async function pictureSection(
  runs: readonly RunResults[],
  ids: readonly string[],
  runtime: Runtime,
  seed: number,
  hooks: { progress?(done: number, total: number): void; readonly signal: AbortSignal },
): Promise<PictureSection> {
  const tiles = comparedTiles(runs, ids);
  const chosen = chosenTiles(tiles, seed);
  const differing = tiles
    .filter((tile) => spread(tile) > 0)
    .sort((a, b) => spread(b) - spread(a))
    .slice(0, mostDiffering);
  const wanted = new Map([...chosen, ...differing].map((tile) => [tile.id, tile]));
  const labels = new Map<string, LabelledTile>();
  const predictions = new Map<string, Uint8Array[]>();
  let done = 0;
  for (const { run, dataset } of runs)
    for await (const { labelled, prediction } of predictTiles(
      run,
      dataset,
      runtime,
      wanted.keys(),
      {},
      hooks.signal,
    )) {
      const { id } = labelled.tile;
      labels.set(id, labelled);
      predictions.set(id, [...(predictions.get(id) ?? []), prediction]);
      hooks.progress?.(++done, runs.length * wanted.size);
    }
  const names = runs.map(({ name }) => name);
  const panels =
    `From left to right: tile, truth, then for each run (${names.join(', ')}) its prediction and both over ` +
    `the tile. ${overlayLegend}`;
  const gallery = async (
    name: string,
    title: string,
    caption: string,
    of: readonly ComparedTile[],
  ): Promise<Block[]> => {
    const pictures: Picture[] = [];
    for (const tile of of)
      pictures.push(
        await stripPicture(
          labels.get(tile.id) as LabelledTile,
          predictions.get(tile.id) as Uint8Array[],
          { name: `${name}-${tile.id}`, label: tileLabel(tile, names) },
        ),
      );
    if (pictures.length === 0) return [];
    return [{ kind: 'pictures', name, title, caption: `${caption} ${panels}`, pictures }];
  };
  const blocks = [
    ...(await gallery(
      'chosen',
      'Tiles by chance',
      `Drawn from each dataset and slide with seed ${seed}, whatever their scores.`,
      chosen,
    )),
    ...(await gallery(
      'differing',
      'Where the runs differ most',
      `The largest difference in IoU between two runs. ${emptyNote}`,
      differing,
    )),
  ];
  const of = (shown: readonly ComparedTile[]) => shown.map(({ id }) => id);
  return {
    section: { id: 'pictures', title: 'Predictions of the same tiles', blocks },
    shown: { chosen: of(chosen), differing: of(differing) },
  };
}

function comparedTiles(runs: readonly RunResults[], ids: readonly string[]): ComparedTile[] {
  const results = runs.map((run) => tilesOf(run, ids));
  const [first = []] = results;
  return first.map(({ id, group, iou, vesselShare }, at) => ({
    id,
    group,
    iou,
    vesselShare,
    ious: results.map((tiles) => tiles[at]?.iou as number),
  }));
}

function spread({ ious }: ComparedTile): number {
  return Math.max(...ious) - Math.min(...ious);
}

function tileLabel(
  { id, group, vesselShare, ious }: ComparedTile,
  names: readonly string[],
): string {
  const scores = ious.map((iou, at) => `${names[at]} ${iou.toFixed(3)}`);
  return `${id} · ${group} · ${vesselWords(vesselShare)} · IoU ${scores.join(', ')}`;
}
