import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Memory that is used again from file to file; it grows to the largest. */
export class ReusedBytes {
  private held = new Uint8Array(0);

  /** `length` bytes, which hold what was there before; valid until the next call. */
  take(length: number): Uint8Array {
    if (this.held.length < length) this.held = new Uint8Array(length);
    return this.held.subarray(0, length);
  }
}

/**
 * Reads a regular file, or `part` of it, without leaving the thread: for threads that have nothing else
 * to do. Undefined where that cannot be done or there are more than `most` bytes: an asynchronous reader
 * says what is wrong.
 */
export function readNow(
  path: string,
  memory: ReusedBytes,
  most: number,
  part?: { readonly offset: number; readonly length: number },
): Uint8Array | undefined {
  let file: number | undefined;
  try {
    // Opening a named pipe would wait for a writer; not so with this flag, where there are such pipes.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = fstatSync(file);
    const length = part?.length ?? found.size;
    if (!found.isFile() || length > most) return undefined;
    const bytes = memory.take(length);
    let done = 0;
    while (done < length) {
      const count = readSync(file, bytes, done, length - done, (part?.offset ?? 0) + done);
      if (count === 0) return undefined;
      done += count;
    }
    return bytes;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
