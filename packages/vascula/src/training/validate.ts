import {
  type ImageScore,
  overlap,
  rowIou,
  summarise,
  type Trainer,
  threshold,
} from '@vascula/core';
import type { TileSource } from './tile-source.js';

export interface Validation {
  readonly loss: number;
  /** Mean over tiles. */
  readonly iou: number;
  readonly pooledIou: number;
}

/**
 * Loss and IoU over whole tiles, one at a time, with the trainer's weights of the moment. Undefined
 * where the signal stopped it on the way.
 */
export async function validate(
  trainer: Trainer,
  source: TileSource,
  ids: readonly string[],
  cutoff: number,
  hooks: { progress?(done: number): void; signal: AbortSignal },
): Promise<Validation | undefined> {
  const sums: Record<string, number> = {};
  const scores: ImageScore[] = [];
  for (const id of ids) {
    if (hooks.signal.aborted) return undefined;
    const { tile, image, mask } = await source.load(id);
    const result = await trainer.validate(image, mask);
    for (const [name, sum] of Object.entries(result.sums)) sums[name] = (sums[name] ?? 0) + sum;
    scores.push(scoreTile(tile, mask, result.probability, image.width, cutoff));
    hooks.progress?.(scores.length);
  }
  const { meanIou, pooledIou } = summarise(scores).overall;
  return { loss: trainer.validationLoss(sums), iou: meanIou ?? 0, pooledIou: pooledIou ?? 0 };
}

/** One tile's prediction against its truth. */
export function scoreTile(
  tile: Pick<ImageScore, 'id' | 'dataset' | 'source'>,
  truth: Uint8Array,
  probability: Float32Array,
  width: number,
  cutoff: number,
): ImageScore {
  const prediction = threshold(probability, cutoff);
  return {
    id: tile.id,
    dataset: tile.dataset,
    source: tile.source,
    counts: overlap(truth, prediction),
    rowIou: rowIou(truth, prediction, width),
  };
}
