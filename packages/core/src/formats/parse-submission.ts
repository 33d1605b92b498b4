import { type Fault, InputError } from '../errors.js';
import { splitCsvLine } from './csv-line.js';
import { readPredictions } from './prediction-string.js';
import { quoted } from './quoted.js';
import { checkMaskSize } from './rle.js';
import { SUBMISSION_COLUMNS, type SubmissionDetection } from './submission.js';

/** A tile of a submission. */
export interface SubmissionRow {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly id: string;
  readonly height: number;
  readonly width: number;
  readonly detections: readonly SubmissionDetection[];
}

/** What a submission holds: the rows without fault, and every fault with its line and field. */
export interface ParsedSubmission {
  readonly rows: readonly SubmissionRow[];
  readonly faults: readonly Fault[];
}

const WHOLE = /^\d+$/;

/**
 * Reads the text of `submission.csv`: columns id, height, width and prediction_string in any order.
 *
 * Fields may be quoted (RFC 4180, but no line breaks within a field); a byte order mark, CRLF and blank
 * lines are accepted. Masks are decoded to run lengths and held against height and width, so a row that
 * is returned can be drawn; it has at most 10,000 predictions, and 2^23 run lengths. Nothing is thrown:
 * every fault of the text is listed, at most one a row.
 */
export function parseSubmission(text: string): ParsedSubmission {
  const rows: SubmissionRow[] = [];
  const faults: Fault[] = [];
  const reader = new SubmissionReader();
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, content] of lines.entries()) {
    try {
      const row = reader.read(content, index + 1);
      if (row !== undefined) rows.push(row);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push(error.fault);
      if (!reader.hasHeader) return { rows, faults };
    }
  }
  if (!reader.hasHeader) faults.push(noHeader);
  return { rows, faults };
}

/** The fault of a text without a line that says something. */
export const noHeader: Fault = {
  line: 1,
  problem: 'no header',
  expected: SUBMISSION_COLUMNS.join(','),
};

/** What a row says of its tile, before its masks are decoded. */
export type SubmissionTile = Pick<SubmissionRow, 'id' | 'height' | 'width'>;

/** Reads a submission line by line, for files that are not to be held whole; see `parseSubmission`. */
export class SubmissionReader {
  readonly #check: (tile: SubmissionTile) => void;
  readonly #lineOfId = new Map<string, number>();
  #columns: Columns | undefined;

  /**
   * @param check called with each row's tile before its masks are decoded, which can take the memory of
   *   the size that the row claims; throws an InputError for a row that is not to be read
   */
  constructor(check: (tile: SubmissionTile) => void = () => {}) {
    this.#check = check;
  }

  /** False until the header is read; without it no row has a meaning. */
  get hasHeader(): boolean {
    return this.#columns !== undefined;
  }

  /**
   * Reads the next line.
   *
   * @param content without the line's end, the first one without a byte order mark
   * @param line from 1
   * @returns undefined for the header and for a blank line
   * @throws InputError where the line is at fault, with its number and field; the next can be read
   */
  read(content: string, line: number): SubmissionRow | undefined {
    if (content === '') return undefined;
    try {
      const fields = splitCsvLine(content);
      if (this.#columns === undefined) {
        this.#columns = readHeader(fields);
        return undefined;
      }
      return this.#row(fields, this.#columns, line);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError({ line, ...error.fault }, { cause: error });
    }
  }

  #row(fields: readonly string[], columns: Columns, line: number): SubmissionRow {
    const tile = readTile(fields, columns);
    const first = this.#lineOfId.get(tile.id);
    if (first !== undefined)
      throw new InputError({
        field: 'id',
        problem: `${quoted(tile.id)} is already on line ${first}`,
        expected: 'one row a tile',
      });
    this.#check(tile);
    const { width, height } = tile;
    const detections = readPredictions(fields[columns.prediction_string], width, height);
    this.#lineOfId.set(tile.id, line);
    return { line, ...tile, detections };
  }
}

type Columns = Readonly<Record<(typeof SUBMISSION_COLUMNS)[number], number>>;

function readHeader(names: readonly string[]): Columns {
  const expected = SUBMISSION_COLUMNS.join(',');
  for (const name of SUBMISSION_COLUMNS)
    if (!names.includes(name))
      throw new InputError({ field: name, problem: 'column is missing', expected });
  if (names.length !== SUBMISSION_COLUMNS.length)
    throw new InputError({ problem: `header of ${names.length} columns`, expected });
  const [id, height, width, prediction_string] = SUBMISSION_COLUMNS.map((name) =>
    names.indexOf(name),
  );
  return { id, height, width, prediction_string };
}

function readTile(fields: readonly string[], columns: Columns): SubmissionTile {
  if (fields.length !== SUBMISSION_COLUMNS.length)
    throw new InputError({
      problem: `${fields.length} fields`,
      expected: `${SUBMISSION_COLUMNS.length}`,
    });
  const id = fields[columns.id];
  if (id === '') throw new InputError({ field: 'id', problem: 'is empty', expected: 'a tile' });
  const height = readSide('height', fields[columns.height]);
  const width = readSide('width', fields[columns.width]);
  checkMaskSize(width, height);
  return { id, height, width };
}

function readSide(field: 'height' | 'width', text: string): number {
  if (!WHOLE.test(text) || Number(text) === 0)
    throw new InputError({
      field,
      problem: quoted(text),
      expected: 'a whole number, 1 or more',
    });
  return Number(text);
}
