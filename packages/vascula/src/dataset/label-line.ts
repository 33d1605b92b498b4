import { type Fault, findDeepNesting, MAX_JSON_LEVELS, type Point } from '@vascula/core';
import { z } from 'zod';
import { schemaFaults, show } from '../files/index.js';
import { tileId } from './cells.js';
import type { FindingSink } from './findings.js';

export const ANNOTATION_TYPES = ['blood_vessel', 'glomerulus', 'unsure'] as const;
export type AnnotationType = (typeof ANNOTATION_TYPES)[number];

/** One outlined structure of a tile. */
export interface Annotation {
  readonly type: AnnotationType;
  /** At least 3 vertices in tile pixels; closed, whether or not the last repeats the first. */
  readonly outline: readonly Point[];
}

/** One line of a label file. */
export interface LabelLine {
  readonly id: string;
  /** Those without fault; `at` is their index in the file's line. */
  readonly annotations: readonly (Annotation & { readonly at: number })[];
}

/** Farther out than any tile reaches: a damaged number, and hours for whoever fills the polygon. */
const FARTHEST = 1_000_000;

/** Annotations at fault that are told of a line; a damaged one can hold millions. */
const MOST_FAULTS = 100;

const lineSchema = z.object({
  id: tileId,
  annotations: z.custom<readonly unknown[]>(Array.isArray, 'an array'),
});
const annotationSchema = z.object({
  type: z.enum(ANNOTATION_TYPES),
  coordinates: z.custom<readonly unknown[]>(Array.isArray, 'an array'),
});

/**
 * Reads one line of `polygons.jsonl`: `{"id": …, "annotations": [{"type": …, "coordinates": [[[x, y], …]]}]}`.
 *
 * Each polygon has exactly one ring: a second one would be a hole for some programs and another part
 * for others, and the competition has none. Faults go to `sink`; an annotation at fault is left out.
 * Undefined where not even the id could be read.
 */
export function readLabelLine(
  text: string,
  place: { readonly path: string; readonly line: number },
  sink: FindingSink,
): LabelLine | undefined {
  const deep = findDeepNesting(text);
  if (deep !== undefined) {
    const problem = `nests deeper than ${MAX_JSON_LEVELS} levels`;
    sink.fault('json-line', { ...place, field: `column ${deep + 1}`, problem });
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    sink.fault('json-line', { ...place, ...jsonProblem(text, error as SyntaxError) });
    return undefined;
  }
  const result = lineSchema.safeParse(value);
  if (!result.success) {
    for (const fault of schemaFaults(result.error, value, place)) sink.fault('annotation', fault);
    const id = lineSchema.shape.id.safeParse((value as { id?: unknown } | null)?.id);
    return id.success ? { id: id.data, annotations: [] } : undefined;
  }
  return { id: result.data.id, annotations: readAnnotations(result.data.annotations, place, sink) };
}

function readAnnotations(
  values: readonly unknown[],
  place: { readonly path: string; readonly line: number },
  sink: FindingSink,
): (Annotation & { readonly at: number })[] {
  const annotations: (Annotation & { readonly at: number })[] = [];
  let atFault = 0;
  for (const [at, value] of values.entries()) {
    const field = `annotations[${at}]`;
    if (atFault === MOST_FAULTS) {
      const problem = `${MOST_FAULTS} annotations before are at fault, and the line was read no further`;
      sink.fault('annotation', { ...place, field, problem });
      break;
    }
    const result = annotationSchema.safeParse(value);
    if (!result.success) {
      atFault++;
      for (const fault of schemaFaults(result.error, value, place)) {
        const inner = fault.field === undefined ? '' : `.${fault.field}`;
        sink.fault('annotation', { ...fault, field: `${field}${inner}` });
      }
      continue;
    }
    const { type, coordinates } = result.data;
    const fault = outlineFault(coordinates, `${field}.coordinates`);
    if (fault === undefined) annotations.push({ at, type, outline: coordinates[0] as Point[] });
    else {
      atFault++;
      sink.fault('polygon', { ...place, ...fault });
    }
  }
  return annotations;
}

function jsonProblem(text: string, error: SyntaxError): Omit<Fault, 'path' | 'line'> {
  const at = /position (\d+)/.exec(error.message)?.[1];
  const cut = Number(at) >= text.length || /Unexpected end/.test(error.message);
  if (cut) {
    return {
      field: `column ${text.length + 1}`,
      problem: 'the JSON line is cut short',
      hint: 'The file is damaged or its download was not finished: get it again.',
    };
  }
  const token = /\b(NaN|-?Infinity)\b/.exec(text)?.[0];
  return {
    ...(at === undefined ? {} : { field: `column ${Number(at) + 1}` }),
    problem:
      token === undefined
        ? `not JSON (${error.message.replace(/ in JSON.*| \(line.*/, '').slice(0, 80)})`
        : `not JSON (${token} is not a number of JSON)`,
    expected: 'one JSON object a line',
  };
}

/** The first thing wrong with a polygon. A plain loop: the competition's labels hold millions of points. */
function outlineFault(
  rings: readonly unknown[],
  field: string,
): Omit<Fault, 'path' | 'line'> | undefined {
  if (rings.length !== 1) {
    return {
      field,
      problem: `the polygon has ${rings.length} rings`,
      expected: 'exactly one',
      ...(rings.length > 1 ? { hint: 'Holes are not supported: write each part by itself.' } : {}),
    };
  }
  const ring = rings[0];
  if (!Array.isArray(ring)) {
    return { field: `${field}[0]`, problem: `found ${show(ring)}`, expected: 'an array of [x, y]' };
  }
  for (const [index, point] of ring.entries()) {
    if (!isPoint(point)) {
      return {
        field: `${field}[0][${index}]`,
        problem: `found ${show(point)}`,
        expected: `[x, y], two numbers within ±${FARTHEST}`,
      };
    }
  }
  const points = closes(ring) ? ring.length - 1 : ring.length;
  if (points < 3) {
    return {
      field: `${field}[0]`,
      problem: `the polygon has ${points} points`,
      expected: 'at least 3',
    };
  }
  return undefined;
}

/** True where the last point repeats the first: a way to write a closed ring, and no point more. */
function closes(ring: readonly Point[]): boolean {
  const first = ring[0];
  const last = ring[ring.length - 1];
  return ring.length > 1 && first[0] === last[0] && first[1] === last[1];
}

function isPoint(value: unknown): value is Point {
  return (
    Array.isArray(value) && value.length === 2 && isCoordinate(value[0]) && isCoordinate(value[1])
  );
}

/** JSON has no NaN, yet `1e999` reads as Infinity. */
function isCoordinate(value: unknown): boolean {
  return typeof value === 'number' && value >= -FARTHEST && value <= FARTHEST;
}
