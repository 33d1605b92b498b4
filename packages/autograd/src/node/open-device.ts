import type { Runtime } from '../session/runtime.js';
import { type Device, devices } from './device.js';
import { createNodeRuntime, type NodeRuntimeOptions } from './node-runtime.js';
import { type DeviceReport, probeDevice, type UnusableDevice } from './probe-device.js';

export interface OpenedDevice {
  readonly runtime: Runtime;
  readonly device: Device;
  /** Devices that were tried before, and why they were not taken; empty unless `auto` was asked for. */
  readonly passedOver: readonly UnusableDevice[];
}

/** Thrown where the device that was asked for is not there, or computes wrong numbers. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';

  constructor(readonly report: UnusableDevice) {
    super(`${report.device}: ${report.why}. ${report.help}`);
  }
}

/**
 * A step of the golden check is some 500 launches on the device. A software rasteriser took 230 ms
 * for it; a graphics card needs some 10 microseconds a launch.
 */
const slowest = 100;

/**
 * A runtime on the device asked for. A device other than the processor is probed first, in a process
 * of its own; the processor is taken as it is. `auto` takes the first of cuda, webgpu and cpu that is
 * there, computes right, and is no software rasteriser.
 *
 * Rejects with DeviceError where the device asked for cannot be used: there is no silent fallback.
 */
export async function openDevice(
  wanted: Device | 'auto',
  { threads }: Pick<NodeRuntimeOptions, 'threads'> = {},
): Promise<OpenedDevice> {
  const passedOver: UnusableDevice[] = [];
  const open = async (device: Device): Promise<OpenedDevice> => ({
    runtime: await createNodeRuntime({ device, threads }),
    device,
    passedOver,
  });
  if (wanted === 'cpu') return open(wanted);
  if (wanted !== 'auto') {
    const report = await probeDevice(wanted, { threads });
    if (report.usable) return open(wanted);
    throw new DeviceError(report);
  }
  for (const device of devices.toReversed()) {
    if (device === 'cpu') break;
    const report = worthwhile(await probeDevice(device, { threads }));
    if (report.usable) return open(device);
    passedOver.push(report);
  }
  return open('cpu');
}

/** The report, or that the device is too slow to be taken unasked. */
export function worthwhile(report: DeviceReport): DeviceReport {
  if (!report.usable || report.golden.milliseconds <= slowest) return report;
  const { device, golden } = report;
  return {
    device,
    usable: false,
    why: `it took ${Math.round(golden.milliseconds)} ms for a step that takes a graphics card a few: the processor in disguise`,
    help: `To use it all the same, ask for it: '--device ${device}'.`,
  };
}
