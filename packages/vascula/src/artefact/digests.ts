import { createHash } from 'node:crypto';
import type { Graph } from '@vascula/autograd';

/**
 * SHA-256 of a graph's weights, in hexadecimal: of each initialiser, by name, the line
 * `NAME<tab>TYPE<tab>SHAPE` (sizes with commas between) with its line end, then its bytes, little-endian.
 */
export function weightsDigest({ initialisers }: Pick<Graph, 'initialisers'>): string {
  const hash = createHash('sha256');
  for (const [name, { type, shape, data }] of [...initialisers].sort(byKey)) {
    hash.update(`${name}\t${type}\t${shape.join(',')}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** The key under which an artefact holds `metadataDigest` of its other metadata. */
export const DIGEST_KEY = 'vascula.digest';

/**
 * SHA-256 of the metadata that are ours, in hexadecimal: of each key that begins with `vascula.`, but for
 * the digest's own, the line `KEY<tab>VALUE` with its line end, by key. Others may be added to a file.
 */
export function metadataDigest(metadata: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const [key, value] of Object.entries(metadata).sort(byKey))
    if (key.startsWith('vascula.') && key !== DIGEST_KEY) hash.update(`${key}\t${value}\n`);
  return hash.digest('hex');
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
