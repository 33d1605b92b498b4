import {
  countedInstances,
  findInstances,
  type InstanceRule,
  iou,
  notebookRule,
  overlap,
  pairedScatter,
  type RuleChoice,
  unionMask,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Block, Picture } from '../pages/index.js';
import { overlayLegend, stripPicture } from '../report/index.js';
import { type LabelledTile, tileSource } from '../training/index.js';
import type { RunCalibration } from './calibrate-run.js';
import type { ProbabilityMaps } from './probability-maps.js';
import type { StageHooks } from './validation-tiles.js';

/** Tiles shown of those that gained most, and of those that lost most. */
const SHOWN = 3;

/** A tile by the IoU of both rules. */
interface TileChange {
  readonly at: number;
  readonly id: string;
  readonly notebook: number;
  readonly chosen: number;
}

/**
 * What a choice changes tile by tile: the IoU of both rules against each other, and the tiles that gained
 * and lost most.
 */
export async function pictureBlocks(
  choice: RuleChoice,
  { tiles }: Pick<RunCalibration, 'tiles'>,
  dataset: Dataset,
  maps: ProbabilityMaps,
  { progress, signal }: StageHooks,
): Promise<Block[]> {
  if (choice.kept === 'notebook') return [];
  const source = tileSource(dataset);
  const masks = async (at: number): Promise<[Uint8Array, Uint8Array]> => {
    const { width, height, ignored } = (tiles[at] as (typeof tiles)[number]).truth;
    const map = await maps.get(at);
    const mask = (rule: InstanceRule) => {
      const found = findInstances(map, width, height, rule);
      const counted = ignored === undefined ? found : countedInstances(found, ignored, width);
      return unionMask(counted, width, height);
    };
    return [mask(notebookRule), mask(choice.rule)];
  };
  const changes: TileChange[] = [];
  for (const [at, { tile, truth }] of tiles.entries()) {
    signal.throwIfAborted();
    const vessels = unionMask(truth.vessels, truth.width, truth.height);
    const [notebook, chosen] = (await masks(at)).map((mask) => iou(overlap(vessels, mask)));
    changes.push({ at, id: tile.id, notebook, chosen } as TileChange);
    progress?.(at + 1, tiles.length);
  }
  const rising = changes
    .filter(({ notebook, chosen }) => notebook !== chosen)
    .toSorted((a, b) => a.chosen - a.notebook - (b.chosen - b.notebook));
  const gained = rising.filter(({ notebook, chosen }) => chosen > notebook).toReversed();
  const lost = rising.filter(({ notebook, chosen }) => chosen < notebook);
  const strip = async (change: TileChange): Promise<Picture> => {
    const labelled: LabelledTile = await source.load(change.id);
    const { dataset: number, source: slide } = labelled.tile;
    return stripPicture(labelled, await masks(change.at), {
      name: `${choice.by}-${change.id}`,
      label: `${change.id} · dataset ${number}, slide ${slide} · IoU ${change.notebook.toFixed(3)} → ${change.chosen.toFixed(3)}`,
    });
  };
  const gallery = async (
    name: string,
    title: string,
    of: readonly TileChange[],
  ): Promise<Block[]> => {
    const pictures: Picture[] = [];
    for (const change of of.slice(0, SHOWN)) pictures.push(await strip(change));
    const caption =
      'From left to right: tile, truth, the notebook’s 0.8 and over the tile, the chosen rule and over the ' +
      `tile. ${overlayLegend}`;
    return pictures.length === 0
      ? []
      : [{ kind: 'pictures', name: `${name}-${choice.by}`, title, caption, pictures }];
  };
  const scatter = pairedScatter(
    {
      name: `tiles-${choice.by}`,
      title: 'IoU tile by tile',
      caption: 'A dot for each validation tile: above the line where the chosen rule does better.',
      x: { label: 'IoU by the notebook’s 0.8' },
      y: { label: 'IoU by the chosen rule' },
      domain: [0, 1],
    },
    changes.map(({ id, notebook, chosen }) => ({ id, x: notebook, y: chosen })),
  );
  return [
    ...(scatter === undefined ? [] : [{ kind: 'figure' as const, figure: scatter }]),
    ...(await gallery('gained', 'Tiles that gained most in IoU', gained)),
    ...(await gallery('lost', 'Tiles that lost most in IoU', lost)),
  ];
}
