import type { Connectivity } from '../geometry/index.js';
import type { Calibration } from './calibration.js';

/** How `findInstances` makes instances of a probability map, in the order of the steps. Plain JSON. */
export interface InstanceRule {
  /** Neighbours that hang together. */
  readonly connectivity: Connectivity;
  /** An instance is a component above this cutoff, 0 to 1 … */
  readonly low: number;
  /** … in which a pixel is above this one, `low` to 1. */
  readonly high: number;
  /** Holes of up to so many pixels are filled; 0 fills none. */
  readonly maximumHoleArea: number;
  /**
   * Where nothing was found so far, components above this cutoff, 0 to `low`, are added, their holes
   * left open (`weakCandidates`); null adds none.
   */
  readonly weak: number | null;
  /** Prominence in pixels, from 1/16, at which touching vessels are split (`splitInstance`); null splits none. */
  readonly splitProminence: number | null;
  /** Instances of fewer pixels are removed. */
  readonly minimumArea: number;
  /** Instances of which a greater share (0 to 1) lies inside glomeruli are removed; 1 removes none. */
  readonly maximumGlomerulusShare: number;
  /** Radius in pixels of the disc by which instances are dilated, 0 or more (`dilateInstances`). */
  readonly dilation: number;
  /** Pixels: the confidence is multiplied by 1 - exp(-area / sizeScale); 0 leaves it. */
  readonly sizeScale: number;
  /** From that confidence to the one given (`fitCalibration`); null leaves it. */
  readonly calibration: Calibration | null;
}

/** The notebook's: components above 0.8, their mean probability as confidence, nothing else. */
export const notebookRule: InstanceRule = {
  connectivity: 8,
  low: 0.8,
  high: 0.8,
  maximumHoleArea: 0,
  weak: null,
  splitProminence: null,
  minimumArea: 0,
  maximumGlomerulusShare: 1,
  dilation: 0,
  sizeScale: 0,
  calibration: null,
};

/**
 * Checks that a rule makes sense.
 *
 * @throws RangeError naming the field, what it is and what was expected
 */
export function checkInstanceRule(rule: InstanceRule): void {
  const { low, high, weak, splitProminence, calibration } = rule;
  if (rule.connectivity !== 4 && rule.connectivity !== 8)
    refuse('connectivity', rule.connectivity, '4 or 8');
  between('low', low, 0, 1, '0 to 1');
  between('high', high, low, 1, `low (${low}) to 1`);
  if (weak !== null) between('weak', weak, 0, low, `0 to low (${low}), or null`);
  if (splitProminence !== null)
    between('splitProminence', splitProminence, 1 / 16, Number.MAX_VALUE, '1/16 or more, or null');
  for (const field of ['maximumHoleArea', 'minimumArea', 'dilation', 'sizeScale'] as const)
    between(field, rule[field], 0, Number.MAX_VALUE, '0 or more');
  between('maximumGlomerulusShare', rule.maximumGlomerulusShare, 0, 1, '0 to 1');
  if (calibration !== null) checkCalibration(calibration);
}

function checkCalibration(calibration: Calibration): void {
  if (!Array.isArray(calibration) || calibration.length === 0)
    refuse('calibration', calibration, 'points [raw, calibrated], or null');
  let before: readonly [number, number] = [-Number.MAX_VALUE, 0];
  calibration.forEach((point, k) => {
    if (!Array.isArray(point) || point.length !== 2)
      refuse(`calibration[${k}]`, point, 'a point [raw, calibrated]');
    const [raw, calibrated] = point;
    if (!(Number.isFinite(raw) && raw > before[0]))
      refuse(`calibration[${k}][0]`, raw, 'a number above those before');
    between(`calibration[${k}][1]`, calibrated, before[1], 1, `${before[1]} to 1, never falling`);
    before = [raw, calibrated];
  });
}

function between(field: string, value: number, from: number, to: number, expected: string): void {
  if (!(Number.isFinite(value) && value >= from && value <= to)) refuse(field, value, expected);
}

function refuse(field: string, value: unknown, expected: string): never {
  throw new RangeError(`${field} of the rule is ${value}; expected ${expected}`);
}
