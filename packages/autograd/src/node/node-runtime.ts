import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { probeTarget } from '../session/probe-target.js';
import type { Reply } from '../session/protocol.js';
import type { Runtime } from '../session/runtime.js';
import { type WorkerChannel, WorkerRuntime } from '../session/worker-runtime.js';
import { type Device, deviceTargets } from './device.js';

export interface NodeRuntimeOptions {
  /** Where sessions run; `cpu` unless given. Whether a device is there, and right, asks `openDevice`. */
  readonly device?: Device | undefined;
  /** Threads inside an operator; as many as the machine has, unless given. */
  readonly threads?: number | undefined;
}

/** A runtime on `onnxruntime-node` in a worker thread. Close it, or the process stays alive. */
export async function createNodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const { device = 'cpu', threads = availableParallelism() } = options;
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { device, threads },
    // Flags of the process are about its own script: `--input-type` would stop a worker from a file.
    execArgv: [],
  });
  const channel: WorkerChannel = {
    post: (envelope, moved) => worker.postMessage(envelope, moved),
    onReply: (listener) => worker.on('message', (reply: Reply) => listener(reply)),
    onFailure: (listener) => {
      worker.on('error', (error) => listener(`the engine's worker failed: ${error.message}`));
      worker.on('exit', (code) => {
        if (code !== 0) listener(`the engine's worker ended with code ${code}`);
      });
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
  const runtime = new WorkerRuntime(channel);
  runtime.target =
    device === 'cpu'
      ? { ...(await probeTarget(runtime)), sharesMemory: true }
      : deviceTargets[device];
  return runtime;
}
