import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { answering } from '../session/answering.js';
import { SessionHost } from '../session/host.js';
import type { Device } from './device.js';
import { Downloader } from './download.js';

const { device, threads } = workerData as { device: Device; threads: number };

const createSession = (model: Uint8Array, kept: readonly string[] = []) =>
  InferenceSession.create(model, {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // A step's nodes stand in an order that needs little memory; the runtime's optimisers, which find
    // nothing else to do in it, would change that order.
    graphOptimizationLevel: device === 'cpu' && kept.length > 0 ? 'disabled' : 'all',
    // The planned block of all activations comes on top of what the first run took: half the memory
    // of a step, and nothing slower without.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Node's binding can name WebGPU's buffers to JavaScript, and no others: with CUDA the state goes
    // through the processor's memory in each run.
    ...(device === 'webgpu' &&
      kept.length > 0 && {
        preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, 'gpu-buffer'])),
      }),
  });
const downloader = new Downloader(createSession);

const host = new SessionHost({
  createSession,
  createTensor: (type, data, shape) => new Tensor(type as 'float32', data as Float32Array, shape),
  download: (tensor) => downloader.download(tensor),
  writesIntoOutputs: true,
});
parentPort?.on(
  'message',
  answering(host, (reply) => parentPort?.postMessage(reply)),
);
