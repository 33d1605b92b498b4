import { type Calibration, fitCalibration } from '../instances/index.js';
import type { TileOutcome } from './objective.js';

/** The calibration of a rule by what it found in tiles; null where it found nothing. */
export function calibrationOf(tiles: readonly TileOutcome[]): Calibration | null {
  const detections = tiles.flatMap(({ outcome: { confidences, truePositive } }) =>
    Array.from(confidences, (confidence, k) => ({
      confidence,
      truePositive: truePositive[k] === 1,
    })),
  );
  return detections.length === 0 ? null : fitCalibration(detections);
}
