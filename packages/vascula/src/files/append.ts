import { open } from 'node:fs/promises';

/**
 * Adds one line of JSON to a JSON Lines log and syncs it, creating the file where it is missing.
 *
 * A log cannot be renamed into place line by line: a power cut may leave a last line cut short (not
 * ended by a newline), which a reader of the log has to expect. Throws the system's own error.
 */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  const line = JSON.stringify(value);
  if (line === undefined) throw new TypeError(`appendJsonLine: ${typeof value} has no JSON form`);
  const file = await open(path, 'a');
  try {
    await file.appendFile(`${line}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}
