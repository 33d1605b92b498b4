import { parentPort } from 'node:worker_threads';
import { type Fault, InputError, type SampleBatch } from '@vascula/core';
import { TileMemory } from '../dataset/tile-memory.js';
import { type BatchJob, prepareBatch } from './prepare-batch.js';

/** The memory of `batch` goes to the worker and comes back with the reply. */
export interface BatchRequest {
  readonly job: BatchJob;
  readonly batch: SampleBatch;
}

/** `fault` where the user's data is at fault, `failure` where the program is. */
export type BatchReply =
  | { readonly batch: SampleBatch }
  | { readonly fault: Fault }
  | { readonly failure: unknown };

const memory = new TileMemory();
parentPort?.on('message', async ({ job, batch }: BatchRequest) => {
  try {
    await prepareBatch(job, batch, memory);
    const transfer = [batch.image.buffer, batch.mask.buffer] as ArrayBuffer[];
    parentPort?.postMessage({ batch } satisfies BatchReply, transfer);
  } catch (error) {
    const reply: BatchReply =
      error instanceof InputError ? { fault: error.fault } : { failure: error };
    parentPort?.postMessage(reply);
  }
});
