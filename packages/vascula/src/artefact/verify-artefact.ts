import type { Runtime } from '@vascula/autograd';
import { InputError } from '@vascula/core';
import { weightsDigest } from './digests.js';
import type { ReadArtefact } from './read-artefact.js';
import { replay } from './replay.js';

/** Of a probability: a quarter of a grey level. Rounding of processors comes to about 1e-6. */
export const DEFAULT_TOLERANCE = 1e-3;

/** How the test tile of an artefact comes out here. Plain JSON. */
export interface Verification {
  /** True where the weights are those that were written, and the probability is what it was. */
  readonly verified: boolean;
  /** SHA-256 of the weights in the file, and whether it is the one its metadata name. */
  readonly weights: { readonly sha256: string; readonly asWritten: boolean };
  readonly pixels: number;
  /** Greatest difference of the probability; null where something is no number. */
  readonly maximumDifference: number | null;
  /** How much it may be. */
  readonly tolerance: number;
  /** Pixels on the other side of the cutoff. */
  readonly changedPixels: number;
}

/**
 * Runs the test tile of an artefact and compares what comes out with what came out where it was made.
 *
 * @throws InputError where the graph cannot be run here.
 */
export async function verifyArtefact(
  { graph, facts, testTile, expected }: ReadArtefact,
  runtime: Runtime,
  { path, tolerance }: { readonly path: string; readonly tolerance: number },
): Promise<Verification> {
  const sha256 = weightsDigest(graph);
  const asWritten = sha256 === facts.weights;
  const found = await replay(graph, testTile, runtime).catch((error: unknown) => {
    const [reason] = (error instanceof Error ? error.message : `${error}`).split('\n');
    throw new InputError({ path, problem: `cannot be run here (${reason})` }, { cause: error });
  });
  if (found.length !== expected.length)
    throw new InputError({
      path,
      problem: `gives ${found.length} values for its test tile`,
      expected: `${expected.length}: the graph was changed`,
    });
  let maximum = 0;
  let changedPixels = 0;
  const cutoff = Math.fround(facts.cutoff);
  for (const [p, was] of expected.entries()) {
    const is = found[p] as number;
    // NaN is no Math.max of anything: it stays.
    maximum = Math.max(maximum, Math.abs(is - was));
    if (is > cutoff !== was > cutoff) changedPixels++;
  }
  const verified = asWritten && maximum <= tolerance;
  return {
    verified,
    weights: { sha256, asWritten },
    pixels: expected.length,
    maximumDifference: Number.isNaN(maximum) ? null : maximum,
    tolerance,
    changedPixels,
  };
}
