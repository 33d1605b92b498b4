import { z } from 'zod';
import { optionalText, tileId, wholeNumber } from './cells.js';
import { readTable } from './csv-table.js';
import type { FindingSink } from './findings.js';

const schema = z.object({
  id: tileId,
  height: wholeNumber,
  width: wholeNumber,
  prediction_string: optionalText,
});

/** Checks that `sample_submission.csv` has the form of a submission; faults go to `sink`. */
export async function checkSampleSubmission(path: string, sink: FindingSink): Promise<void> {
  await readTable(path, schema, sink);
}
