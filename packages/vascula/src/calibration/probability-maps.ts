import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Probability maps by number, on disk: all of a validation side would fill a memory. */
export interface ProbabilityMaps {
  put(number: number, map: Float32Array): Promise<void>;
  /** The very values that were put. */
  get(number: number): Promise<Float32Array>;
  /** Where it lies, for `readMap` in another thread. */
  path(number: number): string;
}

/**
 * Runs a task with room for maps in the system's temporary folder (four bytes a pixel), which is gone
 * afterwards, whatever the task comes to.
 */
export async function withProbabilityMaps<Result>(
  task: (maps: ProbabilityMaps) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vascula-maps-'));
  const path = (number: number) => join(folder, `${number}`);
  try {
    return await task({
      put: (number, { buffer, byteOffset, byteLength }) =>
        writeFile(path(number), new Uint8Array(buffer, byteOffset, byteLength)),
      get: (number) => readMap(path(number)),
      path,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads a map that was put. */
export async function readMap(path: string): Promise<Float32Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(bytes, at, size - at, at);
      if (bytesRead === 0) throw new Error(`${path} ends after ${at} of ${size} bytes`);
      at += bytesRead;
    }
    return new Float32Array(bytes.buffer);
  } finally {
    await file.close();
  }
}
