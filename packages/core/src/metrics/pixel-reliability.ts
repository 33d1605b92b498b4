import { IGNORED } from '../truth.js';
import { requireProbabilities } from './probabilities.js';

/** Sums over pixels by bins of their probability: plain numbers, of any number of images. */
export interface PixelReliability {
  /** Pixels in each bin. */
  readonly pixels: Float64Array;
  /** Pixels of vessel in each bin. */
  readonly positives: Float64Array;
  /** Sum of the probabilities in each bin. */
  readonly probabilities: Float64Array;
  /** Sum of (probability - truth)² in each bin. */
  readonly squaredErrors: Float64Array;
}

/** A point of the calibration curve. */
export interface ReliabilityPoint {
  readonly pixels: number;
  /** Of the bin, from and to. */
  readonly from: number;
  readonly to: number;
  /** What was claimed: the mean probability of the bin's pixels; null where it has none. */
  readonly meanProbability: number | null;
  /** What came true: the share of them that is vessel; null where it has none. */
  readonly positiveShare: number | null;
}

/** How far probabilities can be taken at their word. */
export interface ReliabilitySummary {
  /** One a bin, from 0 to 1. */
  readonly curve: readonly ReliabilityPoint[];
  /** ECE, 0 to 1; null without a pixel. */
  readonly expectedCalibrationError: number | null;
  /** Brier score, 0 to 1; null without a pixel. */
  readonly brierScore: number | null;
}

/**
 * No pixels yet, in bins of equal width: bin k holds probabilities from k / bins to below
 * (k + 1) / bins, the last one 1 as well.
 *
 * @throws RangeError fewer than one bin, or no whole number of them
 */
export function emptyReliability(bins: number): PixelReliability {
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new RangeError(`${bins} bins; expected a whole number from 1`);
  return {
    pixels: new Float64Array(bins),
    positives: new Float64Array(bins),
    probabilities: new Float64Array(bins),
    squaredErrors: new Float64Array(bins),
  };
}

/**
 * Adds the pixels of an image to the sums, ignored ones left out.
 *
 * @param probability 0 to 1, any shape
 * @param truth 0, 1 and `IGNORED`, the same shape
 * @throws RangeError another length, or a probability that is not from 0 to 1; nothing is added then
 */
export function addToReliability(
  { pixels, positives, probabilities, squaredErrors }: PixelReliability,
  probability: Float32Array,
  truth: Uint8Array,
): void {
  requireProbabilities(probability, truth);
  const bins = pixels.length;
  for (let at = 0; at < probability.length; at++) {
    if (truth[at] === IGNORED) continue;
    const p = probability[at];
    const bin = Math.min(Math.floor(p * bins), bins - 1);
    const error = p - truth[at];
    pixels[bin]++;
    positives[bin] += truth[at];
    probabilities[bin] += p;
    squaredErrors[bin] += error * error;
  }
}

/**
 * The calibration curve of pixels, and its summaries: the expected calibration error is the mean over
 * pixels of |mean probability - share of vessel| of their bin, the Brier score that of
 * (probability - truth)².
 *
 * Source: Naeini and others, *Obtaining well calibrated probabilities using Bayesian binning* (2015),
 * Guo and others (2017), in its binary form; Brier (1950).
 */
export function summariseReliability(sums: PixelReliability): ReliabilitySummary {
  const { pixels, positives, probabilities, squaredErrors } = sums;
  const bins = pixels.length;
  const total = pixels.reduce((sum, count) => sum + count, 0);
  const gaps = pixels.reduce((sum, _, k) => sum + Math.abs(probabilities[k] - positives[k]), 0);
  const errors = squaredErrors.reduce((sum, error) => sum + error, 0);
  return {
    curve: Array.from(pixels, (count, k) => ({
      pixels: count,
      from: k / bins,
      to: (k + 1) / bins,
      meanProbability: count === 0 ? null : probabilities[k] / count,
      positiveShare: count === 0 ? null : positives[k] / count,
    })),
    expectedCalibrationError: total === 0 ? null : gaps / total,
    brierScore: total === 0 ? null : errors / total,
  };
}
