import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FormatError, type OnnxFile, readOnnx } from '@vascula/autograd';
import { InputError } from '@vascula/core';
import { faultOfPath, readBytes } from '../files/index.js';

/** An ONNX file as it was read. */
export interface OnnxSource {
  /** Absolute. */
  readonly path: string;
  readonly file: OnnxFile;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Protobuf, and so a model in one file, ends here. */
const mostBytes = 2 ** 31 - 1;

/**
 * Reads an ONNX file, whose size is seen before it is loaded.
 *
 * @throws InputError where it is missing, too large, no ONNX file, or one whose weights lie elsewhere, whose
 * element types or whose operator set are not supported.
 */
export async function readOnnxSource(path: string): Promise<OnnxSource> {
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) throw new InputError({ ...absent, expected: 'an ONNX file' });
  const { size } = await stat(path);
  if (size > mostBytes)
    throw new InputError({
      path,
      problem: `has ${(size / 2 ** 30).toFixed(1)} GiB`,
      expected: 'a model in one file, which ends at 2 GiB',
    });
  const bytes = await readBytes(path);
  try {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { path: resolve(path), file: readOnnx(bytes), bytes, sha256 };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError(
      {
        path,
        problem: `cannot be trained: ${error.message}`,
        hint: 'docs/finetuning.md says how to export a network from PyTorch',
      },
      { cause: error },
    );
  }
}
