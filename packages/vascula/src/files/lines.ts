import { createReadStream } from 'node:fs';
import { InputError } from '@vascula/core';
import { systemFault } from './system-faults.js';

/** Longest line read, in bytes: the longest label line of the competition is under 200 kB. */
export const MAX_LINE_BYTES = 32 * 2 ** 20;

/** A line of a text file: its text without the line's end, or why there is none. */
export interface TextLine {
  /** Counted from 1. */
  readonly line: number;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** In bytes, without the line's end. */
  readonly length: number;
  readonly text?: string;
  readonly problem?: string;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NOT_UTF8 = 'is not UTF-8 text';
const TOO_LONG = `is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB`;

/**
 * Streams a UTF-8 text file line by line: LF or CRLF, a byte order mark skipped, the last line with or
 * without an end. Holds one line at a time, and never more than `MAX_LINE_BYTES` of it.
 *
 * A line that is not UTF-8, or too long, comes with `problem` in place of `text`; reading goes on.
 * Throws `InputError` where the file cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<TextLine> {
  let line = 0;
  let offset = 0;
  let length = 0;
  let pieces: Uint8Array[] = [];

  const take = (piece: Uint8Array) => {
    length += piece.length;
    if (length <= MAX_LINE_BYTES) pieces.push(piece);
    else pieces = [];
  };
  const end = (): TextLine => {
    line++;
    const result = textLine(line, offset, length, pieces);
    pieces = [];
    return result;
  };

  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      let from = 0;
      for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
        take(chunk.subarray(from, to));
        yield end();
        offset += length + 1;
        length = 0;
        from = to + 1;
      }
      if (from < chunk.length) take(chunk.subarray(from));
    }
  } catch (error) {
    const fault = systemFault(error, path);
    if (fault === undefined) throw error;
    throw new InputError(fault, { cause: error });
  }
  if (length > 0) yield end();
}

function textLine(line: number, offset: number, length: number, pieces: Uint8Array[]): TextLine {
  if (length > MAX_LINE_BYTES) return { line, offset, length, problem: TOO_LONG };
  const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  const trimmed = bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
  const text = decodeLine(trimmed, line === 1);
  return text === undefined
    ? { line, offset, length, problem: NOT_UTF8 }
    : { line, offset, length: trimmed.length, text };
}

/** Text of one line's bytes, or undefined where they are not UTF-8. */
export function decodeLine(bytes: Uint8Array, first: boolean): string | undefined {
  try {
    // Only the file's first line may begin with a byte order mark; elsewhere it is a character.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: !first }).decode(bytes);
  } catch {
    return undefined;
  }
}
