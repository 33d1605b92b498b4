import type { Detection } from './instance.js';
import { instanceIou } from './instance-iou.js';

/**
 * Removes detections of what another has already found: greedily from the most confident down (of
 * equally confident ones the first given), a detection is kept unless its mask's IoU with one kept
 * before is greater than the threshold.
 *
 * For detections of one image from several maps, rules or overlapping windows; those that
 * `findInstances` makes of one map share no pixel.
 *
 * @param threshold IoU of masks, 0 to 1; 1 removes none
 * @returns those kept, in the order given
 */
export function suppressDuplicates<T extends Detection>(
  detections: readonly T[],
  threshold: number,
): T[] {
  const ranked = detections
    .map((_, k) => k)
    .sort((a, b) => detections[b].confidence - detections[a].confidence);
  const kept: number[] = [];
  for (const k of ranked)
    if (kept.every((before) => instanceIou(detections[before], detections[k]) <= threshold))
      kept.push(k);
  return kept.sort((a, b) => a - b).map((k) => detections[k]);
}
