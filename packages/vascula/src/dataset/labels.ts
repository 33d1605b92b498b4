import { InputError } from '@vascula/core';
import { faultOfPath, readLines } from '../files/index.js';
import type { FindingSink } from './findings.js';
import { type Annotation, type AnnotationType, readLabelLine } from './label-line.js';

/** An outline's type and extent, kept in place of its points. */
export interface PolygonExtent {
  readonly type: AnnotationType;
  /** Index among the tile's annotations in its line. */
  readonly at: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** Where a tile's labels are. The points stay in the file: all of them together fill a memory. */
export interface TileLabels {
  readonly path: string;
  readonly line: number;
  /** Of the line in the file, in bytes. */
  readonly offset: number;
  readonly length: number;
  readonly polygons: readonly PolygonExtent[];
  /** Whether pixels of unsure outlines that are in no vessel do not count. */
  readonly ignoresUnsure?: true | undefined;
}

/**
 * Streams label files and indexes their lines by tile id. Every line is checked in full; faults go to
 * `sink`, an id met twice (in one file or in two) among them, and so do outlines repeated in a tile,
 * as warnings.
 */
export async function indexLabels(
  paths: readonly string[],
  sink: FindingSink,
): Promise<ReadonlyMap<string, TileLabels>> {
  const labels = new Map<string, TileLabels>();
  for (const path of paths) {
    const absent = await faultOfPath(path, 'file');
    if (absent !== undefined) {
      const hint = 'Name the label files with --polygons, relative to the dataset folder.';
      sink.fault('missing', { ...absent, hint });
      continue;
    }
    try {
      await indexFile(path, labels, sink);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      sink.fault('missing', error.fault);
    }
  }
  return labels;
}

async function indexFile(
  path: string,
  labels: Map<string, TileLabels>,
  sink: FindingSink,
): Promise<void> {
  let empty = true;
  for await (const { line, offset, length, text, problem } of readLines(path)) {
    if (text === undefined) {
      sink.fault('text', { path, line, problem: `${problem}`, hint: 'Save the labels as UTF-8.' });
      empty = false;
      continue;
    }
    if (text.trim() === '') continue;
    empty = false;
    const read = readLabelLine(text, { path, line }, sink);
    if (read === undefined) continue;
    const earlier = labels.get(read.id);
    if (earlier !== undefined) {
      sink.fault('duplicate-id', {
        path,
        line,
        field: 'id',
        problem: `${read.id} is also labelled at ${earlier.path}:${earlier.line}`,
        expected: 'one line a tile, in one file',
      });
      continue;
    }
    warnOfRepeats(read.annotations, path, line, sink);
    labels.set(read.id, { path, line, offset, length, polygons: read.annotations.map(extent) });
  }
  if (empty)
    sink.fault('missing', { path, problem: 'is empty', expected: 'one JSON object a tile' });
}

function extent({ type, at, outline }: Annotation & { readonly at: number }): PolygonExtent {
  let minX = Number.POSITIVE_INFINITY;
  let minY = Number.POSITIVE_INFINITY;
  let maxX = Number.NEGATIVE_INFINITY;
  let maxY = Number.NEGATIVE_INFINITY;
  for (const [x, y] of outline) {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return { type, at, minX, minY, maxX, maxY };
}

/** The same points under two types count as repeated too: one of the types is a slip of the hand. */
function warnOfRepeats(
  annotations: readonly (Annotation & { readonly at: number })[],
  path: string,
  line: number,
  sink: FindingSink,
): void {
  const seen = new Map<string, number>();
  for (const { at, outline } of annotations) {
    const key = outline.join(' ');
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, at);
    else {
      const problem = `the same outline as annotations[${earlier}]`;
      sink.warning('duplicate-polygon', { path, line, field: `annotations[${at}]`, problem });
    }
  }
}
