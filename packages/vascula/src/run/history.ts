import { InputError } from '@vascula/core';
import { exists, readLines } from '../files/index.js';
import { type EpochRecord, epochRecordSchema } from './config.js';
import { parseJson } from './json-file.js';
import { runFiles } from './run-files.js';

/**
 * The finished epochs of a run, in their order; none where it was stopped before its first validation.
 * Throws InputError where a line is not a record.
 */
export async function readHistory(folder: string): Promise<readonly EpochRecord[]> {
  const path = runFiles(folder).history;
  if (!(await exists(path))) return [];
  const records: EpochRecord[] = [];
  for await (const { line, text, problem } of readLines(path)) {
    if (problem !== undefined) throw new InputError({ path, line, problem });
    if (text !== undefined && text !== '')
      records.push(parseJson(text, epochRecordSchema, { path, line }));
  }
  return records;
}
