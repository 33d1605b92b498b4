import { cudaTarget, plainTarget, type Target, webgpuTarget } from '../session/target.js';

/** Where the engine computes, as ONNX Runtime names its providers: from what is everywhere to the fastest. */
export const devices = ['cpu', 'webgpu', 'cuda'] as const;
export type Device = (typeof devices)[number];

/** What graphs are lowered for on a device; the processor's is probed on top. */
export const deviceTargets: Readonly<Record<Device, Target>> = {
  cpu: plainTarget,
  webgpu: webgpuTarget,
  cuda: cudaTarget,
};
