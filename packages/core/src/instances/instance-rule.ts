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

/** What is wrong with a rule: where (`['calibration', 0, 1]`), what was found, what was expected. */
export interface RuleFault {
  readonly path: readonly [field: keyof InstanceRule, ...indices: number[]];
  readonly value: unknown;
  readonly expected: string;
}

/**
 * Checks that a rule makes sense.
 *
 * @throws RangeError naming the field, what it is and what was expected
 */
export function checkInstanceRule(rule: InstanceRule): void {
  const fault = ruleFault(rule);
  if (fault === undefined) return;
  const [field, ...indices] = fault.path;
  const place = `${field}${indices.map((index) => `[${index}]`).join('')}`;
  throw new RangeError(`${place} of the rule is ${fault.value}; expected ${fault.expected}`);
}

/** The first thing wrong with a rule; undefined where it makes sense. */
export function ruleFault(rule: InstanceRule): RuleFault | undefined {
  const { connectivity, low, weak, splitProminence } = rule;
  if (connectivity !== 4 && connectivity !== 8)
    return { path: ['connectivity'], value: connectivity, expected: '4 or 8' };
  const within = (field: NumberField, from: number, to: number, expected: string) =>
    isWithin(rule[field], from, to) ? undefined : { path: [field], value: rule[field], expected };
  const most = Number.MAX_VALUE;
  const fault =
    within('low', 0, 1, '0 to 1') ??
    within('high', low, 1, `low (${low}) to 1`) ??
    (weak === null ? undefined : within('weak', 0, low, `0 to low (${low}), or null`)) ??
    (splitProminence === null
      ? undefined
      : within('splitProminence', 1 / 16, most, '1/16 or more, or null')) ??
    within('maximumHoleArea', 0, most, '0 or more') ??
    within('minimumArea', 0, most, '0 or more') ??
    within('dilation', 0, most, '0 or more') ??
    within('sizeScale', 0, most, '0 or more') ??
    within('maximumGlomerulusShare', 0, 1, '0 to 1');
  return (fault as RuleFault | undefined) ?? calibrationFault(rule.calibration);
}

type NumberField = Exclude<keyof InstanceRule, 'connectivity' | 'calibration'>;

function calibrationFault(calibration: Calibration | null): RuleFault | undefined {
  if (calibration === null) return undefined;
  const fault = (indices: number[], value: unknown, expected: string): RuleFault => ({
    path: ['calibration', ...indices],
    value,
    expected,
  });
  if (!Array.isArray(calibration) || calibration.length === 0)
    return fault([], calibration, 'points [raw, calibrated], or null');
  let before: readonly [number, number] = [-Number.MAX_VALUE, 0];
  for (const [k, point] of calibration.entries()) {
    if (!Array.isArray(point) || point.length !== 2)
      return fault([k], point, 'a point [raw, calibrated]');
    const [raw, calibrated] = point;
    if (!(Number.isFinite(raw) && raw > before[0]))
      return fault([k, 0], raw, 'a number above those before');
    if (!isWithin(calibrated, before[1], 1))
      return fault([k, 1], calibrated, `${before[1]} to 1, never falling`);
    before = [raw, calibrated];
  }
  return undefined;
}

function isWithin(value: unknown, from: number, to: number): boolean {
  return Number.isFinite(value) && (value as number) >= from && (value as number) <= to;
}
