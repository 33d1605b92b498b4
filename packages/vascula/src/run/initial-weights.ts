import { createHash } from 'node:crypto';
import { InputError } from '@vascula/core';
import { readBytes, writeFileAtomic } from '../files/index.js';
import type { RunConfig } from './config.js';
import { runFiles } from './run-files.js';

/** What `config.json` says of the weights a run began with. */
export type Origin = NonNullable<RunConfig['from']>;

/** SHA-256 of a checkpoint, in hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  return sha256(await readBytes(path));
}

/**
 * Copies the weights that a new run begins with into its folder, so that it can begin again without the run
 * they are from. Throws InputError where that run's are others by now.
 */
export async function copyInitialWeights(folder: string, { run, digest }: Origin): Promise<void> {
  const { best } = runFiles(run);
  const bytes = await readBytes(best);
  if (sha256(bytes) !== digest)
    throw new InputError({
      path: best,
      problem: 'changed while the new run was made from it',
      hint: 'Is it still being trained? Try again when it is finished',
    });
  await writeFileAtomic(runFiles(folder).initial, bytes);
}

/** Sees that a run's copy is what it began with. Throws InputError where it is missing or another. */
export async function requireInitialWeights(folder: string, { digest }: Origin): Promise<string> {
  const { initial } = runFiles(folder);
  const found = await digestOf(initial);
  if (found !== digest)
    throw new InputError({
      path: initial,
      problem: `has the SHA-256 ${found}`,
      expected: `${digest}, as ${runFiles(folder).config} has it`,
      hint: 'It is damaged, or another file: bring back a copy, or train anew',
    });
  return initial;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
