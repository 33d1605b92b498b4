import { parentPort, workerData } from 'node:worker_threads';
import type { InstanceRule, RuleOutcome } from '@vascula/core';
import { type MeasurableTile, tileMeasurer } from './tile-measurer.js';

/** What a worker is started with. */
export interface MeasureWorkerData {
  readonly tiles: readonly MeasurableTile[];
  /** For what it keeps between requests. */
  readonly bytes: number;
}

export interface MeasureRequest {
  readonly id: number;
  /** By its index among the worker's tiles. */
  readonly tile: number;
  readonly rules: readonly InstanceRule[];
}

/** `failure` where the program is at fault, or the map is gone. */
export type MeasureReply =
  | { readonly id: number; readonly outcomes: readonly RuleOutcome[] }
  | { readonly id: number; readonly failure: unknown };

const { tiles, bytes } = workerData as MeasureWorkerData;
const measure = tileMeasurer(tiles, bytes);

// One after the other: each map is a tile's pixels in memory.
let last = Promise.resolve();
parentPort?.on('message', ({ id, tile, rules }: MeasureRequest) => {
  last = last
    .then(() => measure(tile, rules))
    .then(
      (outcomes): MeasureReply => ({ id, outcomes }),
      (failure: unknown): MeasureReply => ({ id, failure }),
    )
    .then((reply) => parentPort?.postMessage(reply));
});
