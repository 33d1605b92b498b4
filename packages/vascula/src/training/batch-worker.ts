import { parentPort, workerData } from 'node:worker_threads';
import { type Fault, InputError, type SampleBatch } from '@vascula/core';
import { type BatchJob, prepareBatch } from './prepare-batch.js';
import { decodeAgain, keepDecoded } from './tile-loader.js';

/** Given when the worker starts. */
export interface BatchWorkerData {
  readonly keepTiles: boolean;
}

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

const load = (workerData as BatchWorkerData).keepTiles ? keepDecoded() : decodeAgain();
parentPort?.on('message', async ({ job, batch }: BatchRequest) => {
  try {
    await prepareBatch(job, batch, load);
    const transfer = [batch.image.buffer, batch.mask.buffer] as ArrayBuffer[];
    parentPort?.postMessage({ batch } satisfies BatchReply, transfer);
  } catch (error) {
    const reply: BatchReply =
      error instanceof InputError ? { fault: error.fault } : { failure: error };
    parentPort?.postMessage(reply);
  }
});
