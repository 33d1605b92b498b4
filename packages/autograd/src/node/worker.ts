import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { SessionHost } from '../session/host.js';
import type { Envelope, Reply } from '../session/protocol.js';

const { threads } = workerData as { threads: number };

const host = new SessionHost({
  createSession: (model) =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // The planned block of all activations comes on top of what the first run took: half the memory
      // of a step, and nothing slower without.
      enableMemPattern: false,
      logSeverityLevel: 3,
    }),
  createTensor: (type, data, shape) => new Tensor(type as 'float32', data as Float32Array, shape),
});

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', ({ id, request }: Envelope) => {
  // One request at a time: a run must not see the state half swapped.
  last = last
    .then(() => host.handle(request))
    .then(
      (values): Reply => ({ id, values }),
      (error: unknown): Reply => ({
        id,
        error: error instanceof Error ? error.message : `${error}`,
      }),
    )
    .then((reply) => parentPort?.postMessage(reply));
});
