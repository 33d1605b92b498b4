import { readFile } from 'node:fs/promises';
import { findDeepNesting, InputError, MAX_JSON_LEVELS } from '@vascula/core';
import type { z } from 'zod';
import { schemaFaults, systemFault } from '../files/index.js';

/** Reads a JSON file and holds it against a schema. Throws InputError with the file and the field. */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const fault = systemFault(error, path);
    throw fault === undefined ? error : new InputError(fault, { cause: error });
  }
  return parseJson(text, schema, { path });
}

/** The same for a text that stands at a place of a file. */
export function parseJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  place: { readonly path: string; readonly line?: number },
): z.infer<Schema> {
  if (findDeepNesting(text) !== undefined)
    throw new InputError({ ...place, problem: `nests deeper than ${MAX_JSON_LEVELS} levels` });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = `is not JSON (${(error as Error).message})`;
    throw new InputError({ ...place, problem }, { cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [fault] = schemaFaults(result.error, value, place);
  throw new InputError(fault ?? { ...place, problem: result.error.message });
}

/** JSON as files of a run hold it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
