import { Worker } from 'node:worker_threads';
import { InputError, type SampleBatch } from '@vascula/core';
import type { BatchReply, BatchRequest, BatchWorkerData } from './batch-worker.js';
import type { BatchJob } from './prepare-batch.js';

/** Threads that prepare batches, one batch a thread at a time. */
export interface BatchWorkers {
  /**
   * Fills a batch and gives it back; `batch` itself has lost its memory to the one that comes back.
   * Rejects with the `InputError` of a tile at fault.
   */
  prepare(job: BatchJob, batch: SampleBatch): Promise<SampleBatch>;
  /** Ends the threads at once; what they were asked for is rejected. Without it the process stays alive. */
  close(): Promise<void>;
}

interface Asked {
  readonly request: BatchRequest;
  resolve(batch: SampleBatch): void;
  reject(error: unknown): void;
}

/**
 * @param count threads, from 1.
 * @param keepTiles whether each keeps what it decoded.
 */
export function startBatchWorkers(count: number, keepTiles: boolean): BatchWorkers {
  const queue: Asked[] = [];
  const working = new Map<Worker, Asked>();
  /** Why nothing more can be asked: a worker died, or they were closed. */
  let ended: Error | undefined;

  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of [...working.values(), ...queue]) reject(ended);
    working.clear();
    queue.length = 0;
  };
  const handOut = (): void => {
    for (const worker of workers) {
      if (working.has(worker)) continue;
      const asked = queue.shift();
      if (asked === undefined) return;
      working.set(worker, asked);
      const { image, mask } = asked.request.batch;
      worker.postMessage(asked.request, [image.buffer, mask.buffer] as ArrayBuffer[]);
    }
  };
  const start = (): Worker => {
    const worker = new Worker(new URL('./batch-worker.js', import.meta.url), {
      // Flags of the process are about its own script: `--input-type` would stop a worker from a file.
      execArgv: [],
      workerData: { keepTiles } satisfies BatchWorkerData,
    });
    worker.on('message', (reply: BatchReply) => {
      const asked = working.get(worker);
      working.delete(worker);
      if ('batch' in reply) asked?.resolve(reply.batch);
      else asked?.reject('fault' in reply ? new InputError(reply.fault) : reply.failure);
      handOut();
    });
    worker.on('error', end);
    worker.on('exit', (code) => end(new Error(`a worker for tiles ended with code ${code}`)));
    return worker;
  };
  const workers = Array.from({ length: count }, start);
  return {
    prepare: (job, batch) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        queue.push({ request: { job, batch }, resolve, reject });
        handOut();
      }),
    close: async () => {
      end(new Error('the workers for tiles are closed'));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
