import { createHash } from 'node:crypto';
import type { RunSplit } from '../run/index.js';
import type { TileSource } from '../training/index.js';

/** What a model was trained on, without a name or a pixel of it. */
export interface DataFacts {
  /** See `dataFacts`; in hexadecimal. */
  readonly sha256: string;
  /** Slides that the tiles of each side are from. */
  readonly slides: { readonly train: number; readonly validation: number };
}

/** Called after each tile. */
export type DataProgress = (done: number, total: number) => void;

/**
 * Reads every tile of a run, one at a time, and digests what was trained and validated on: SHA-256 of a
 * list with a line for each tile, by their bytes,
 * `SIDE<tab>ID<tab>WIDTH<tab>HEIGHT<tab>PIXELS<tab>TRUTH` with its line end. SIDE is `train` or
 * `validation`, PIXELS the SHA-256 of the RGB values as they are decoded (rows from the top), TRUTH that of
 * the truth map (a byte a pixel: 0, 1, or 255 where it does not count). The same pixels and labels in
 * another kind of file, or in another folder, have the same digest.
 */
export async function dataFacts(
  source: TileSource,
  split: Pick<RunSplit, 'train' | 'validation'>,
  hooks: { readonly progress?: DataProgress | undefined; readonly signal: AbortSignal },
): Promise<DataFacts> {
  const lines: string[] = [];
  const slides = { train: new Set<string>(), validation: new Set<string>() };
  const total = split.train.length + split.validation.length;
  for (const side of ['train', 'validation'] as const) {
    for (const id of split[side]) {
      hooks.signal.throwIfAborted();
      const { tile, image, mask } = await source.load(id);
      slides[side].add(`${tile.source}`);
      const parts = [side, id, image.width, image.height, sha256(image.data), sha256(mask)];
      lines.push(`${parts.join('\t')}\n`);
      hooks.progress?.(lines.length, total);
    }
  }
  const sorted = lines.map((line) => Buffer.from(line)).sort(Buffer.compare);
  return {
    sha256: sha256(Buffer.concat(sorted)),
    slides: { train: slides.train.size, validation: slides.validation.size },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
