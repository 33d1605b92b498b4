import type { Runtime } from '@vascula/autograd';
import { type Device, DeviceError, type OpenedDevice, openDevice } from '@vascula/autograd/node';
import { InputError } from '@vascula/core';
import type { EngineFlags } from './device-option.js';
import type { Terminal } from './terminal.js';

/**
 * Runs a task on the device that the flags name, and lets it go afterwards. Says in one line where
 * `auto` ended up, and why not elsewhere.
 *
 * @throws InputError where the device named is missing or computes wrong numbers.
 */
export async function withEngine<Result>(
  terminal: Terminal,
  { device: wanted = 'cpu', threads }: EngineFlags,
  task: (runtime: Runtime, device: Device) => Promise<Result>,
): Promise<Result> {
  const { runtime, device, passedOver } = await openDevice(wanted, { threads }).catch(refused);
  try {
    if (wanted === 'auto') terminal.err(autoLine(device, passedOver));
    return await task(runtime, device);
  } finally {
    await runtime.close();
  }
}

function refused(error: unknown): never {
  if (!(error instanceof DeviceError)) throw error;
  const { device, why, help } = error.report;
  throw new InputError({ path: `--device ${device}`, problem: why, hint: help }, { cause: error });
}

function autoLine(device: Device, passedOver: OpenedDevice['passedOver']): string {
  const reasons = passedOver.map((report) => `${report.device}: ${report.why}`).join('; ');
  return `Device: ${device}${reasons && ` (${reasons}; see vascula doctor)`}.\n`;
}
