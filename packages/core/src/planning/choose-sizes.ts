import { InputError } from '../errors.js';
import { type Choice, choice } from './choice.js';
import { chooseCrop, chooseDepth, chooseLocalContrast } from './choose-structure.js';
import type { Fingerprint } from './fingerprint.js';

/** What of a network and its squares decides the memory it takes. */
export interface PlannedSizes {
  readonly crop: number;
  readonly depth: number;
  readonly localContrast: number;
  readonly base: number;
  readonly batch: number;
  readonly microBatch: number;
}

export interface MemoryLimits {
  /** Bytes there are. */
  readonly available: number;
  /** Bytes that a training with these sizes takes. */
  bytesOf(sizes: PlannedSizes): number;
}

/** Estimates of memory are right within a fifth. */
const usableShare = 0.8;

const batch = 4;
const leastCrop = 32;
const structure = { kernel: 3, convolutions: 2 };

export type SizeChoices = {
  readonly [Name in keyof PlannedSizes | 'kernel' | 'convolutions']: Choice<number>;
};

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/**
 * The network and its squares. Where memory is short, squares are run fewer at once (the gradients are the
 * same), then the network has half the channels, then squares are half as wide.
 *
 * @throws InputError where not even the smallest of these fits, or the images are too small
 */
export function chooseSizes(
  fingerprint: Fingerprint,
  { available, bytesOf }: MemoryLimits,
): SizeChoices {
  const wanted = chooseCrop(fingerprint);
  const usable = usableShare * available;
  let least = Number.POSITIVE_INFINITY;
  for (let crop = wanted.value; crop === wanted.value || crop >= leastCrop; crop /= 2) {
    const depth = chooseDepth(fingerprint, crop, structure);
    const localContrast = chooseLocalContrast(fingerprint, crop);
    if (crop % 2 ** (depth.value - 1) !== 0) break;
    for (const base of [16, 8])
      for (const microBatch of [4, 2, 1]) {
        const bytes = bytesOf({
          crop,
          depth: depth.value,
          localContrast: localContrast.value,
          base,
          batch,
          microBatch,
        });
        least = Math.min(least, bytes);
        if (bytes > usable) continue;
        const memory = `about ${gibibytes(bytes)} of the ${gibibytes(available)} of memory`;
        const short = `with more it would not fit into ${gibibytes(usable)}, four fifths of the memory`;
        return {
          crop: crop === wanted.value ? wanted : choice(crop, short),
          batch: choice(batch, 'four squares a step and more steps beat larger steps on DRIVE'),
          microBatch: choice(
            microBatch,
            microBatch === batch ? `all at once take ${memory}` : `${memory}; ${short}`,
          ),
          base: choice(
            base,
            base === 16
              ? 'channels of the first level: what the measurements were made with'
              : short,
          ),
          depth,
          localContrast,
          kernel: choice(
            structure.kernel,
            'two small kernels in a row see as far as one of 5 x 5, with fewer weights',
          ),
          convolutions: choice(
            structure.convolutions,
            'two of 3 x 3 a level beat one of 5 x 5 (DRIVE: Dice 0.802 against 0.796)',
          ),
        };
      }
  }
  throw new InputError({
    problem: `training takes at least about ${gibibytes(least)} of memory, and ${gibibytes(available)} are available`,
    expected: `at least ${gibibytes(least / usableShare)}`,
    hint: `Whole images of ${fingerprint.largest.width} x ${fingerprint.largest.height} are validated: cut large ones into tiles, or close other programs`,
  });
}
