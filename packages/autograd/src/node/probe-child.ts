import { goldenCheck } from '../session/golden-check.js';
import type { Device } from './device.js';
import { createNodeRuntime } from './node-runtime.js';
import type { ProbeAnswer } from './probe-device.js';

// A process of its own: see `probe-device.ts`.

const [device, threads] = process.argv.slice(2) as [Device, string];

async function answer(): Promise<ProbeAnswer> {
  try {
    // Where ONNX Runtime's own library does not load, that is what there is to say.
    const { listSupportedBackends } = await import('onnxruntime-node');
    const known = listSupportedBackends().some(({ name }) => name === device);
    if (!known) return { problem: 'unknown', message: '' };
    const runtime = await createNodeRuntime({ device, threads: Number(threads) });
    const { channelBlock } = runtime.target;
    const clock = () => performance.now();
    return { golden: await goldenCheck(runtime, clock), channelBlock: channelBlock ?? null };
  } catch (error) {
    return { problem: 'failed', message: (error as Error).message };
  }
}

process.send?.(await answer());
