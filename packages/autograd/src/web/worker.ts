import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { answering } from '../session/answering.js';
import { SessionHost } from '../session/host.js';
import type { Settings } from './settings.js';

const host = new SessionHost({
  createSession: (model) =>
    InferenceSession.create(model, {
      executionProviders: ['wasm'],
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableMemPattern: false,
      logSeverityLevel: 3,
    }),
  createTensor: (type, data, shape) => new Tensor(type as 'float32', data as Float32Array, shape),
  download: (tensor) => tensor.getData() as Promise<Float32Array>,
  writesIntoOutputs: false,
});

// A bundler may put ONNX Runtime into this file, and ONNX Runtime starts its threads from the file it is
// in: those have work of their own.
if (!self.name.startsWith('em-pthread'))
  self.onmessage = ({ data }: MessageEvent<Settings>) => {
    env.wasm.numThreads = data.threads;
    if (data.wasmPaths !== undefined) env.wasm.wasmPaths = data.wasmPaths;
    const answer = answering(host, (reply) => self.postMessage(reply));
    self.onmessage = (message) => answer(message.data);
  };
