import { calibrate } from './calibration.js';
import type { Instance } from './instance.js';
import type { InstanceRule } from './instance-rule.js';

/**
 * The mean probability of the pixels of an instance that were above a cutoff, not of filled holes: those
 * belong to the instance by its shape, and say nothing of how sure it is. 0 where there is nothing else.
 *
 * @param evidence height*width of the image, row-major, 0 and 1: the pixels that were above a cutoff
 */
export function meanProbability(
  { box, mask }: Instance,
  probability: Float32Array,
  evidence: Uint8Array,
  width: number,
): number {
  let sum = 0;
  let count = 0;
  for (let row = 0, at = 0; row < box.height; row++) {
    const start = (box.y + row) * width + box.x;
    for (let column = 0; column < box.width; column++, at++)
      if ((mask[at] & evidence[start + column]) === 1) {
        sum += probability[start + column];
        count++;
      }
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * The confidence of an instance: its mean probability, times a term of its size, and that calibrated.
 *
 * The term is 1 - exp(-area / sizeScale). Specks have high means by chance, and rarely overlap a vessel
 * enough to count; a mean of many pixels is worth more. It rises with area, is near area / sizeScale
 * for specks and near 1 from three scales on, so that, unlike a power of the area, it does not rank
 * large vessels by size alone and keeps the confidence within 0 to 1.
 */
export function instanceConfidence(
  mean: number,
  area: number,
  { sizeScale, calibration }: Pick<InstanceRule, 'sizeScale' | 'calibration'>,
): number {
  const raw = mean * (1 - Math.exp(-area / sizeScale));
  return calibration === null ? raw : calibrate(calibration, raw);
}
