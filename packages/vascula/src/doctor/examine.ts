import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import {
  type Device,
  type DeviceReport,
  devices,
  engineVersion,
  probeDevice,
  worthwhile,
} from '@vascula/autograd/node';
import { examineProcessor, type Processor } from './processor.js';

/** What this machine offers; sizes in bytes, times in milliseconds. */
export interface Examination {
  readonly node: {
    readonly version: string;
    /** The range in this package's manifest. */
    readonly needs: string;
    readonly supported: boolean;
  };
  readonly system: string;
  readonly processor: Processor;
  readonly memory: {
    readonly total: number;
    /** What a container leaves of it; null where nothing limits it. */
    readonly limit: number | null;
  };
  readonly onnxruntime: string;
  readonly devices: readonly DeviceReport[];
  /** What `--device auto` takes. */
  readonly auto: Device;
  /** Whether the processor computes right: everything works then. */
  readonly usable: boolean;
}

/** Looks at this machine, and tries every device with the golden check, one after the other. */
export async function examine(examined: (device: string) => void): Promise<Examination> {
  const reports: DeviceReport[] = [];
  for (const device of devices) {
    examined(device);
    reports.push(await probeDevice(device));
  }
  const total = totalmem();
  // Where there is no limit it is 0, or larger than any machine.
  const limit = process.constrainedMemory();
  return {
    node: nodeVersion(),
    system: `${process.platform} ${process.arch}`,
    processor: await examineProcessor(),
    memory: { total, limit: limit > 0 && limit < total ? limit : null },
    onnxruntime: engineVersion(),
    devices: reports,
    auto: reports.findLast((report) => worthwhile(report).usable)?.device ?? 'cpu',
    usable: reports.some(({ device, usable }) => device === 'cpu' && usable),
  };
}

function nodeVersion(): Examination['node'] {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { engines } = JSON.parse(manifest) as { engines: { node: string } };
  const [major = 0, minor = 0] = numbers(process.versions.node);
  const [leastMajor = 0, leastMinor = 0] = numbers(engines.node);
  return {
    version: process.versions.node,
    needs: engines.node,
    supported: major > leastMajor || (major === leastMajor && minor >= leastMinor),
  };
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
