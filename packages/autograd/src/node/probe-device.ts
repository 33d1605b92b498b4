import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { GoldenResult } from '../session/golden-check.js';
import { askChild, ChildDied } from './ask-child.js';
import type { Device } from './device.js';

/** A device that is there and computes right. */
export interface UsableDevice {
  readonly device: Device;
  readonly usable: true;
  readonly golden: GoldenResult;
  /** Channels in a block of the processor's convolutions; null where there are no blocks. */
  readonly channelBlock: number | null;
}

export interface UnusableDevice {
  readonly device: Device;
  readonly usable: false;
  /** A sentence without a full stop. */
  readonly why: string;
  /** What to do about it: a sentence or more. */
  readonly help: string;
}

export type DeviceReport = UsableDevice | UnusableDevice;

/** What the child says. */
export type ProbeAnswer =
  | { readonly golden: GoldenResult; readonly channelBlock: number | null }
  | { readonly problem: 'unknown' | 'failed'; readonly message: string };

/** Preparing the check took a software rasteriser 4 s. */
const timeout = 120_000;

/**
 * Finds out whether a device can be used: its provider loads and passes the golden check. Done in a
 * process of its own, since a provider may end its process where a driver is broken.
 */
export async function probeDevice(
  device: Device,
  { threads = availableParallelism() }: { readonly threads?: number | undefined } = {},
): Promise<DeviceReport> {
  const unusable = (why: string, help: string): UnusableDevice => ({
    device,
    usable: false,
    why,
    help,
  });
  let answer: ProbeAnswer;
  try {
    const script = new URL('./probe-child.js', import.meta.url);
    answer = await askChild<ProbeAnswer>(script, [device, `${threads}`], timeout);
  } catch (error) {
    if (!(error instanceof ChildDied)) throw error;
    return unusable(`its driver ended the process that tried it (${error.message})`, update);
  }
  if ('golden' in answer) {
    const { golden, channelBlock } = answer;
    if (golden.passed) return { device, usable: true, golden, channelBlock };
    const share = golden.worst < 10 ? `${(100 * golden.worst).toPrecision(2)} %` : 'a multiple';
    return unusable(
      Number.isFinite(golden.worst)
        ? `it computes wrong numbers: ${golden.where} is off by ${share}`
        : `it computes what is no number: ${golden.where}`,
      update,
    );
  }
  return answer.problem === 'unknown'
    ? unusable(`ONNX Runtime has no such provider for ${process.platform} ${process.arch}`, other)
    : explained(device, answer.message);
}

const update = 'Update the graphics driver, or use the processor: --device cpu.';
const other = 'Use another device: --device cpu works everywhere.';

type Fault = Pick<UnusableDevice, 'why' | 'help'>;

function explained(device: Device, message: string): UnusableDevice {
  const known = { cpu: processorFault, webgpu: adapterFault, cuda: cudaFault }[device](message);
  const why = message
    .replace(/^.*? was false\. /s, '')
    .trim()
    .split('\n')[0] as string;
  return { device, usable: false, why, help: update, ...known };
}

function processorFault(): Partial<Fault> {
  return {
    help: 'ONNX Runtime for Node runs on Windows, on macOS (Apple silicon) and on Linux with glibc.',
  };
}

function adapterFault(message: string): Partial<Fault> {
  if (!message.includes('Failed to get a WebGPU adapter')) return {};
  return {
    why: 'no graphics adapter was found',
    help:
      process.platform === 'linux'
        ? "Install the card's Vulkan driver and libvulkan1: vulkaninfo must list the card."
        : update,
  };
}

function cudaFault(): Fault {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const library = join(
    dirname(main),
    `../bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime_providers_cuda.so`,
  );
  const needs = 'It needs an NVIDIA driver, CUDA 12 and cuDNN 9.';
  return existsSync(library)
    ? {
        why: "ONNX Runtime's CUDA library is there and cannot be loaded",
        help: `${needs} Their libraries must be found: ldd ${library}`,
      }
    : {
        why: "ONNX Runtime's CUDA libraries are not installed",
        help: `Where vascula is installed: npm rebuild onnxruntime-node --ignore-scripts=false. ${needs}`,
      };
}
