import { isotonicRegression } from './isotonic-regression.js';

/**
 * A map from raw to calibrated confidence: straight lines between points, constant beyond the first
 * and the last. Raw values strictly rise, calibrated ones (0 to 1) never fall.
 */
export type Calibration = readonly (readonly [raw: number, calibrated: number])[];

/**
 * Fits a calibration: what share of detections of a raw confidence are true positives.
 *
 * Isotonic regression of hits on confidence, equal confidences pooled first, and one point a block at
 * the mean of its raw confidences (centred isotonic regression: Oron, Flournoy 2017). Between the
 * points the map rises strictly and so keeps the ranking, which the plain staircase would not; before
 * the first and after the last point confidences become equal. Ranking, and with it average precision,
 * gains nothing by a calibration: it is for reading a confidence as a probability.
 *
 * @param detections of images the model was not trained on, at least one, with the raw confidence of
 *   the rule that the calibration is for
 * @throws RangeError no detections, or a confidence that is not finite
 */
export function fitCalibration(
  detections: readonly { readonly confidence: number; readonly truePositive: boolean }[],
): Calibration {
  if (detections.length === 0) throw new RangeError('a calibration of no detections');
  const groups: { raw: number; sum: number; weight: number }[] = [];
  for (const { confidence, truePositive } of detections.toSorted(
    (a, b) => a.confidence - b.confidence,
  )) {
    if (!Number.isFinite(confidence))
      throw new RangeError(`confidence ${confidence} of a detection is not a finite number`);
    let group = groups.at(-1);
    if (group?.raw !== confidence) {
      group = { raw: confidence, sum: 0, weight: 0 };
      groups.push(group);
    }
    group.weight++;
    if (truePositive) group.sum++;
  }
  return isotonicRegression(groups).map(({ first, count, value }) => [
    meanRaw(groups.slice(first, first + count)),
    value,
  ]);
}

/** As an offset from the least: exact for one, so that points stay in order. */
function meanRaw(groups: readonly { readonly raw: number; readonly weight: number }[]): number {
  let sum = 0;
  let weight = 0;
  for (const group of groups) {
    sum += (group.raw - groups[0].raw) * group.weight;
    weight += group.weight;
  }
  return groups[0].raw + sum / weight;
}

/** The calibrated confidence of a raw one. */
export function calibrate(calibration: Calibration, raw: number): number {
  const next = calibration.findIndex(([at]) => at >= raw);
  if (next === 0) return calibration[0][1];
  if (next === -1) return calibration[calibration.length - 1][1];
  const [x0, y0] = calibration[next - 1];
  const [x1, y1] = calibration[next];
  // Rounded, the line may end above its point.
  return Math.min(y0 + ((raw - x0) / (x1 - x0)) * (y1 - y0), y1);
}
