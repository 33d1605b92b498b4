import { InputError } from '../errors.js';
import { unpackRle } from './binary-mask.js';
import { quoted } from './quoted.js';
import { SUBMISSION_CLASS, type SubmissionDetection } from './submission.js';

/** More than any detector proposes for a tile, large ones too. */
const MAX_PREDICTIONS = 10_000;
/** Of all masks of a tile. A vessel has a hundred, and 1100 characters inflate to 261,633. */
const MAX_RUNS = 2 ** 23;

/** Digits can be read in one way only: with two, a long number that is none takes the square of its length. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads the predictions of a tile: class, confidence and mask in turn, separated by white space. Masks are
 * decoded to run lengths and held against the size.
 *
 * @throws InputError of the field `prediction_string`: what is malformed and in which prediction; more than
 *   10,000 predictions, or 2^23 run lengths in all
 */
export function readPredictions(
  text: string,
  width: number,
  height: number,
): SubmissionDetection[] {
  const field = 'prediction_string';
  const words = text.trim() === '' ? [] : text.trim().split(/\s+/);
  if (words.length > 3 * MAX_PREDICTIONS)
    throw new InputError({
      field,
      problem: `${Math.ceil(words.length / 3)} predictions`,
      expected: `at most ${MAX_PREDICTIONS} a tile`,
    });
  const detections: SubmissionDetection[] = [];
  let runs = 0;
  for (let i = 0; i < words.length; i += 3) {
    const place = `prediction ${i / 3 + 1}`;
    if (i + 3 > words.length)
      throw new InputError({
        field,
        problem: `${place} has ${words.length - i} of 3 parts`,
        expected: `${SUBMISSION_CLASS} confidence mask`,
      });
    const [label, confidence, mask] = words.slice(i, i + 3);
    if (label !== SUBMISSION_CLASS)
      throw new InputError({
        field,
        problem: `${place} is of class ${quoted(label)}`,
        expected: SUBMISSION_CLASS,
      });
    if (!DECIMAL.test(confidence) || !Number.isFinite(Number(confidence)))
      throw new InputError({
        field,
        problem: `${place} has confidence ${quoted(confidence)}`,
        expected: 'a finite decimal number',
      });
    const counts = readMask(mask, width, height, place);
    runs += counts.length;
    if (runs > MAX_RUNS)
      throw new InputError({
        field,
        problem: `masks of more than ${MAX_RUNS} run lengths, reached at ${place}`,
        expected: 'outlines of vessels: masks of this kind are noise',
      });
    detections.push({ confidence: Number(confidence), counts });
  }
  return detections;
}

function readMask(mask: string, width: number, height: number, place: string): number[] {
  try {
    return unpackRle(mask, width, height);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const problem = `${place}: ${cause.fault.problem}`;
    throw new InputError({ ...cause.fault, field: 'prediction_string', problem }, { cause });
  }
}
