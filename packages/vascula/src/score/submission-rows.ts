import {
  type Detection,
  describeFault,
  type Fault,
  InputError,
  instanceOfRle,
  noHeader,
  SubmissionReader,
  type SubmissionRow,
  type SubmissionTile,
} from '@vascula/core';
import type { Dataset, Tile } from '../dataset/index.js';
import { faultOfPath, readLines, show } from '../files/index.js';
import { MAX_BOX_PIXELS } from './truth.js';

/** More rows at fault than this, and the file is no submission for these tiles. */
const MAX_FAULTS = 10_000;

/** What a row of a labelled tile says was found there. */
interface SubmittedRow {
  readonly id: string;
  readonly detections: readonly Detection[];
}

/**
 * The rows of labelled tiles, one at a time; what is wrong with others goes to `faults`.
 *
 * @throws InputError a file that cannot be read, without a header, or with more than 10,000 faults
 */
export async function* submissionRows(
  path: string,
  dataset: Dataset,
  labelled: ReadonlyMap<string, Tile>,
  faults: Fault[],
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<SubmittedRow> {
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) throw new InputError(absent);
  const known = new Set(dataset.tiles.map(({ id }) => id));
  const reader = new SubmissionReader((tile) => requireTile(tile, dataset, labelled, known));
  for await (const { line, text, problem } of readLines(path)) {
    signal.throwIfAborted();
    try {
      if (text === undefined) throw new InputError({ line, problem: `${problem}` });
      const row = reader.read(text, line);
      if (row !== undefined) yield { id: row.id, detections: draw(row) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const fault = { path, line, ...error.fault };
      if (!reader.hasHeader) throw new InputError(fault, { cause: error });
      faults.push(fault);
      if (faults.length > MAX_FAULTS)
        throw new InputError({
          path,
          problem: `has more than ${MAX_FAULTS} rows that cannot be scored`,
          expected: `a submission for the tiles of ${dataset.folder}`,
          hint: `The first at fault: ${describeFault(faults[0] as Fault)}`,
        });
    }
  }
  if (!reader.hasHeader) throw new InputError({ path, ...noHeader });
}

/** The masks of a row, each on its box. */
function draw({ detections, width, height }: SubmissionRow): Detection[] {
  let pixels = 0;
  return detections.map(({ confidence, counts }) => {
    const instance = instanceOfRle(counts, width, height);
    pixels += instance.mask.length;
    if (pixels > MAX_BOX_PIXELS)
      throw new InputError({
        field: 'prediction_string',
        problem: `the boxes of the masks have more than ${MAX_BOX_PIXELS} pixels together`,
        expected: 'masks of vessels, each with its pixels close to each other',
      });
    return { ...instance, confidence };
  });
}

function requireTile(
  { id, width, height }: SubmissionTile,
  { folder, tileSize }: Dataset,
  labelled: ReadonlyMap<string, Tile>,
  known: ReadonlySet<string>,
): void {
  if (!known.has(id))
    throw new InputError({
      field: 'id',
      problem: `${show(id)} is no tile of ${folder}`,
      expected: 'a labelled tile',
    });
  if (!labelled.has(id))
    throw new InputError({
      field: 'id',
      problem: `${id} has no labels in ${folder}`,
      expected: 'a labelled tile',
      hint: 'Name further label files with --polygons.',
    });
  if (width !== tileSize.width || height !== tileSize.height)
    throw new InputError({
      field: 'height, width',
      problem: `${id} is ${height} x ${width}`,
      expected: `${tileSize.height} x ${tileSize.width}, as the tiles of ${folder}`,
    });
}
