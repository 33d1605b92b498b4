import { createHash } from 'node:crypto';
import type { Runtime } from '@vascula/autograd';
import {
  buildModel,
  comparisonOverlay,
  dice,
  emptyParameters,
  groupLabel,
  type ImageScore,
  iou,
  type Model,
  sizeMultiple,
  threshold,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { evaluateRun, type RunEvaluation } from '../evaluation/index.js';
import { exists } from '../files/index.js';
import { type EpochRecord, networkOf, type Run, readHistory, runFiles } from '../run/index.js';
import { type LabelledTile, requireTiles } from '../training/index.js';
import type { PageRequest } from './report-page.js';
import { thumbnail } from './tile-pictures.js';

/** What a page says of one validation tile. */
export interface TileResult {
  readonly id: string;
  readonly dataset: string | number;
  readonly source: string | number;
  /** As `groupLabel` gives it. */
  readonly group: string;
  readonly iou: number;
  readonly dice: number;
  readonly rowIou: number;
  /** Share of the tile's pixels that are vessel in truth, 0 to 1. */
  readonly vesselShare: number;
  /** Of image and truth: tiles of two datasets are the same where these are. */
  readonly fingerprint: string;
}

/** Everything known of a run: what its folder holds, and its best weights on its validation tiles. */
export interface RunResults {
  /** What the run is called on a page. */
  readonly name: string;
  readonly run: Run;
  readonly dataset: Dataset;
  /** The network without its weights, for whole tiles. */
  readonly model: Model;
  readonly history: readonly EpochRecord[];
  /** Undefined where the run was stopped before its first validation. */
  readonly evaluation: RunEvaluation | undefined;
  /** In the order of the split; empty without an evaluation. */
  readonly tiles: readonly TileResult[];
  /** JPEG of the overlay of each tile, by id: small, to be shown where a dot is hovered. */
  readonly thumbnails: ReadonlyMap<string, Uint8Array>;
}

export interface ResultsHooks {
  /** After each validation tile. */
  progress?(done: number, total: number): void;
  readonly signal: AbortSignal;
}

/**
 * Reads a run and evaluates its best weights on its validation tiles, at its own cutoff; the seed is the
 * bootstrap's. Throws InputError where a file of the run is damaged, or the dataset has not the run's tiles.
 */
export async function collectResults(
  name: string,
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  { seed, tta }: PageRequest,
  hooks: ResultsHooks,
): Promise<RunResults> {
  requireTiles(dataset, [...run.split.train, ...run.split.validation]);
  const history = await readHistory(run.folder);
  const { cutoff } = run.config.recipe;
  const kept = keepTiles(cutoff);
  const evaluation = (await exists(runFiles(run.folder).best))
    ? await evaluateRun(
        run,
        dataset,
        runtime,
        { split: 'val', cutoff, seed, prediction: { tta } },
        {
          predicted: kept.predicted,
          ...(hooks.progress && { progress: hooks.progress }),
          signal: hooks.signal,
        },
      )
    : undefined;
  const { thumbnails } = kept;
  const tiles = kept.results(evaluation?.tiles ?? []);
  const model = await wholeTileModel(run);
  return { name, run, dataset, model, history, evaluation, tiles, thumbnails };
}

/** Keeps of each tile that is predicted what a page needs besides its score. */
export function keepTiles(cutoff: number) {
  const fingerprints: string[] = [];
  const thumbnails = new Map<string, Uint8Array>();
  return {
    thumbnails,
    async predicted({ tile, image, mask }: LabelledTile, probability: Float32Array): Promise<void> {
      const hash = createHash('sha256').update(image.data).update(mask);
      fingerprints.push(hash.digest('base64'));
      const overlay = comparisonOverlay(image, mask, threshold(probability, cutoff));
      thumbnails.set(tile.id, await thumbnail(overlay));
    },
    /** In the order in which they were predicted. */
    results: (scores: readonly ImageScore[]): TileResult[] =>
      scores.map((score, at) => tileResult(score, fingerprints[at] as string)),
  };
}

function tileResult(score: ImageScore, fingerprint: string): TileResult {
  const { id, dataset, source, counts, rowIou } = score;
  const vessel = counts.truePositive + counts.falseNegative;
  const pixels = vessel + counts.falsePositive + counts.trueNegative;
  return {
    id,
    dataset,
    source,
    group: groupLabel(score),
    iou: iou(counts),
    dice: dice(counts),
    rowIou,
    vesselShare: vessel / pixels,
    fingerprint,
  };
}

/** The network of a run without its weights, for whole tiles. */
export async function wholeTileModel(run: Run): Promise<Model> {
  const spec = await networkOf(run);
  const multiple = sizeMultiple(spec);
  const padded = (side: number) => Math.ceil(side / multiple) * multiple;
  const { width, height } = run.config.data.tileSize;
  const size = { batch: 1, height: padded(height), width: padded(width) };
  return buildModel(spec, size, emptyParameters);
}
