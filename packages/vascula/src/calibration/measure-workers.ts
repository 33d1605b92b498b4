import { Worker } from 'node:worker_threads';
import type { MeasureRules, RuleOutcome } from '@vascula/core';
import type { MeasureReply, MeasureRequest, MeasureWorkerData } from './measure-worker.js';
import type { MeasurableTile } from './tile-measurer.js';

/** Bytes that all workers together keep between requests. */
const KEPT = 128 * 2 ** 20;

interface Asked {
  resolve(outcomes: readonly RuleOutcome[]): void;
  reject(error: unknown): void;
}

/**
 * Runs a task with threads that measure rules on tiles, each tile by a thread of its own choosing; ends
 * them afterwards. What is measured does not depend on their number.
 *
 * @param count threads, from 1
 * @param signal rejects what is asked, with its reason
 */
export async function withMeasureWorkers<Result>(
  tiles: readonly MeasurableTile[],
  count: number,
  signal: AbortSignal,
  task: (measure: MeasureRules) => Promise<Result>,
): Promise<Result> {
  const asked = new Map<number, Asked>();
  /** Why nothing more can be asked. */
  let ended: unknown;
  const end = (reason: unknown): void => {
    ended ??= reason;
    for (const { reject } of asked.values()) reject(ended);
    asked.clear();
  };
  const stop = () => end(signal.reason);
  signal.addEventListener('abort', stop);
  const workers = Array.from({ length: Math.min(count, tiles.length) }, (_, k) =>
    startWorker(
      { tiles: tiles.filter((_, tile) => tile % count === k), bytes: Math.floor(KEPT / count) },
      asked,
      end,
    ),
  );
  let id = 0;
  try {
    signal.throwIfAborted();
    return await task(
      (tile, rules) =>
        new Promise((resolve, reject) => {
          if (ended !== undefined) return reject(ended);
          id++;
          asked.set(id, { resolve, reject });
          const request: MeasureRequest = { id, tile: Math.floor(tile / count), rules };
          workers[tile % count]?.postMessage(request);
        }),
    );
  } finally {
    signal.removeEventListener('abort', stop);
    end(new Error('the workers for rules are closed'));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startWorker(
  workerData: MeasureWorkerData,
  asked: Map<number, Asked>,
  end: (reason: unknown) => void,
): Worker {
  const worker = new Worker(new URL('./measure-worker.js', import.meta.url), {
    workerData,
    // Flags of the process are about its own script: `--input-type` would stop a worker from a file.
    execArgv: [],
  });
  worker.on('message', (reply: MeasureReply) => {
    const waiting = asked.get(reply.id);
    asked.delete(reply.id);
    if ('outcomes' in reply) waiting?.resolve(reply.outcomes);
    else waiting?.reject(reply.failure);
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`a worker for rules ended with code ${code}`)));
  return worker;
}
