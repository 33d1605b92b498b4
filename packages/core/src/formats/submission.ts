import { packRle } from './binary-mask.js';

/** One predicted vessel of a submission. */
export interface SubmissionDetection {
  /** Ranks the predictions of all tiles; a finite number, here the mean probability of the pixels. */
  readonly confidence: number;
  /** COCO run lengths of the whole tile (`encodeRle`). */
  readonly counts: readonly number[];
}

/** The columns of `submission.csv`. */
export const SUBMISSION_COLUMNS = ['id', 'height', 'width', 'prediction_string'] as const;

/** The competition has one class, written 0. */
export const SUBMISSION_CLASS = '0';

/**
 * One row of `submission.csv`, without a line end.
 *
 * The prediction string repeats `0 confidence mask` with single spaces; it is empty where nothing was
 * found. Confidences keep all digits, so that ties and ranks are those of the numbers.
 *
 * @param id the tile's name; quoted as RFC 4180 says where it needs to be
 * @throws RangeError a confidence that is not finite, or run lengths not of this size
 */
export function writeSubmissionRow(
  id: string,
  height: number,
  width: number,
  detections: readonly SubmissionDetection[],
): string {
  const predictions = detections.map(({ confidence, counts }) => {
    if (!Number.isFinite(confidence))
      throw new RangeError(`confidence ${confidence} of tile ${id} is not a finite number`);
    const sum = counts.reduce((total, count) => total + count, 0);
    if (sum !== height * width)
      throw new RangeError(
        `run lengths of tile ${id} sum to ${sum}, not height ${height} x width ${width} = ${height * width}`,
      );
    return `${SUBMISSION_CLASS} ${confidence} ${packRle(counts)}`;
  });
  return `${quoted(id)},${height},${width},${predictions.join(' ')}`;
}

/** The text of `submission.csv`: the header and the rows of `writeSubmissionRow`, each with a line end. */
export function formatSubmission(rows: Iterable<string>): string {
  return [SUBMISSION_COLUMNS.join(','), ...rows].map((row) => `${row}\n`).join('');
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
