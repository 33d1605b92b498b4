import { InputError } from '@vascula/core';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { faultOfPath, readLines, schemaFaults } from '../files/index.js';
import type { FindingSink } from './findings.js';

export interface TableRow<Row> {
  readonly line: number;
  /** The first column's cell, whatever the others hold: a faulty row still names its subject. */
  readonly key: string;
  /** Undefined where the row is at fault (reported). */
  readonly row?: Row;
}

export interface Table<Row> {
  /** False where the header was at fault (reported): nothing of the table is known then. */
  readonly readable: boolean;
  readonly rows: readonly TableRow<Row>[];
}

const UNREADABLE = { readable: false, rows: [] };

/**
 * Reads a comma-separated table with a header line. The columns of `schema` must be there, in any
 * order; others are left unread. Every row is one line, so a stray quote spoils its own row only.
 *
 * Reports to `sink`: a missing file, missing or repeated columns, rows with another number of cells
 * than the header, cells that `schema` refuses, text that is not UTF-8, a table without rows.
 */
export async function readTable<Schema extends z.ZodObject>(
  path: string,
  schema: Schema,
  sink: FindingSink,
): Promise<Table<z.output<Schema>>> {
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) {
    sink.fault('missing', absent);
    return UNREADABLE;
  }
  const rows: TableRow<z.output<Schema>>[] = [];
  let header: string[] | undefined;
  try {
    for await (const { line, text, problem } of readLines(path)) {
      if (text === undefined) {
        sink.fault('text', { path, line, problem: `${problem}`, hint: 'Save the table as UTF-8.' });
        if (header === undefined) return UNREADABLE;
        continue;
      }
      if (text === '') continue;
      const cells = splitCells(text);
      if (header === undefined) {
        if (!headerHolds(cells ?? [], Object.keys(schema.shape), path, line, sink))
          return UNREADABLE;
        header = cells as string[];
        continue;
      }
      rows.push(readRow(cells, header, schema, path, line, sink));
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    sink.fault('missing', error.fault);
    return UNREADABLE;
  }
  if (rows.length === 0) {
    const problem = header === undefined ? 'is empty' : 'has a header and no rows';
    sink.fault('missing', { path, problem, hint: 'Download or write it again.' });
    return UNREADABLE;
  }
  return { readable: true, rows };
}

/** Cells of one line, or undefined where its quotes do not match. */
function splitCells(text: string): string[] | undefined {
  if (!text.includes('"')) return text.split(',');
  try {
    return (parse(text) as string[][])[0];
  } catch {
    return undefined;
  }
}

function headerHolds(
  cells: readonly string[],
  required: readonly string[],
  path: string,
  line: number,
  sink: FindingSink,
): boolean {
  const missing = required.filter((name) => !cells.includes(name));
  const repeated = required.filter((name) => cells.indexOf(name) !== cells.lastIndexOf(name));
  for (const field of missing) {
    sink.fault('csv-columns', {
      path,
      line,
      field,
      problem: 'the column is missing',
      expected: `a header with ${required.join(',')}`,
      hint: 'Nothing of this file was read.',
    });
  }
  for (const field of repeated) {
    sink.fault('csv-columns', { path, line, field, problem: 'the column is there twice' });
  }
  return missing.length + repeated.length === 0;
}

function readRow<Schema extends z.ZodObject>(
  cells: readonly string[] | undefined,
  header: readonly string[],
  schema: Schema,
  path: string,
  line: number,
  sink: FindingSink,
): TableRow<z.output<Schema>> {
  const key = cells?.[header.indexOf(Object.keys(schema.shape)[0] as string)] ?? '';
  if (cells === undefined || cells.length !== header.length) {
    const problem =
      cells === undefined
        ? 'the quotes of the row do not match'
        : `the row has ${cells.length} cells`;
    sink.fault('csv-row', { path, line, problem, expected: `${header.length} cells` });
    return { line, key };
  }
  const record = Object.fromEntries(header.map((name, column) => [name, cells[column]]));
  const result = schema.safeParse(record);
  if (result.success) return { line, key, row: result.data };
  for (const fault of schemaFaults(result.error, record, { path, line }))
    sink.fault('csv-row', fault);
  return { line, key };
}
