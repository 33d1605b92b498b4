import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { promisify } from 'node:util';

export interface Processor {
  readonly model: string;
  /** Logical processors of the machine, and how many this process may use. */
  readonly cores: number;
  readonly available: number;
  /** Widest vector instructions that the engine makes use of; null where they are not known. */
  readonly vectors: 'AVX-512' | 'AVX2' | 'SSE' | 'NEON' | null;
}

export async function examineProcessor(): Promise<Processor> {
  const all = cpus();
  return {
    model: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    available: availableParallelism(),
    vectors: await vectorsOf(),
  };
}

async function vectorsOf(): Promise<Processor['vectors']> {
  if (process.arch === 'arm64') return 'NEON';
  if (process.arch !== 'x64') return null;
  const features = await featuresOf().catch(() => undefined);
  if (features === undefined) return null;
  if (/\bavx512f\b/i.test(features)) return 'AVX-512';
  return /\bavx2\b/i.test(features) ? 'AVX2' : 'SSE';
}

/** The processor's features as the system names them; undefined where it does not. */
async function featuresOf(): Promise<string | undefined> {
  if (process.platform === 'linux') return readFile('/proc/cpuinfo', 'utf8');
  if (process.platform !== 'darwin') return undefined;
  const { stdout } = await promisify(execFile)('sysctl', ['-n', 'machdep.cpu.leaf7_features']);
  return stdout;
}
