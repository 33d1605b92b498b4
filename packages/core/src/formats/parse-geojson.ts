import { InputError } from '../errors.js';
import { type Point, type Polygon, ringArea } from '../geometry/index.js';
import { findDeepNesting, MAX_JSON_LEVELS } from './json-nesting.js';

/** The longest text read: outlines of some ten thousand vessels are 50 MB. Parsed, it may be thirty times that. */
export const MAX_GEOJSON_LENGTH = 2 ** 26;

/** Farther out than any slide reaches, in pixels: a damaged number. */
const FARTHEST = 10_000_000;

/** An outlined structure. */
export interface GeoJsonFeature {
  /** In pixels of the image, pixel centres at integers; one polygon, or several of a `MultiPolygon`. */
  readonly polygons: readonly Polygon[];
  /** QuPath's class; parts of a derived one are joined by ": ", as QuPath shows it. */
  readonly classification?: string;
  readonly measurements: ReadonlyMap<string, number>;
}

/**
 * Reads a GeoJSON feature collection as `formatGeoJson` and QuPath's "Export as GeoJSON" write it, strictly:
 * what is not known for sure to be an area is refused. Rings may run either way round; a ring that crosses
 * itself is not noticed, and has the inside that the even-odd rule gives it. Members that are not read are
 * passed over.
 *
 * `rasteriseRings(ringsOf(feature.polygons), width, height)` is a feature's mask.
 *
 * @param options.offset as it was written (`GeoJsonStyle`): taken off again
 * @throws InputError with the field (`features[3].geometry.coordinates[0][2]`), what was found and what was
 *   expected; the line as well for text that is no JSON, where the engine tells it
 */
export function parseGeoJson(
  text: string,
  { offset = [0, 0] }: { readonly offset?: Point } = {},
): GeoJsonFeature[] {
  if (text.length > MAX_GEOJSON_LENGTH)
    throw new InputError({
      problem: `GeoJSON of ${text.length} characters`,
      expected: `at most ${MAX_GEOJSON_LENGTH}`,
    });
  const collection = members(parseJson(text.replace(/^\uFEFF/, '')), 'the file');
  requireType(collection.type, 'type', 'FeatureCollection');
  return list(collection.features, 'features', 'an array of features').map((value, k) =>
    readFeature(value, `features[${k}]`, offset),
  );
}

function readFeature(value: unknown, field: string, offset: Point): GeoJsonFeature {
  const { type, geometry, properties } = members(value, field);
  requireType(type, `${field}.type`, 'Feature');
  const polygons = readGeometry(geometry, `${field}.geometry`, offset);
  const { classification, measurements } =
    properties === null ? {} : members(properties, `${field}.properties`);
  const name = readClassification(classification, `${field}.properties.classification`);
  return {
    polygons,
    ...(name === undefined ? {} : { classification: name }),
    measurements: readMeasurements(measurements, `${field}.properties.measurements`),
  };
}

function readGeometry(value: unknown, field: string, offset: Point): Polygon[] {
  const { type, coordinates } = members(value, field);
  requireType(type, `${field}.type`, 'Polygon', 'MultiPolygon');
  const place = `${field}.coordinates`;
  if (type === 'Polygon') return [readPolygon(coordinates, place, offset)];
  return list(coordinates, place, 'an array of polygons', 1).map((part, k) =>
    readPolygon(part, `${place}[${k}]`, offset),
  );
}

function readPolygon(value: unknown, field: string, offset: Point): Polygon {
  const [outer, ...holes] = list(value, field, 'an array of rings', 1).map((ring, k) =>
    readRing(ring, `${field}[${k}]`, offset),
  );
  const turned = (ring: Point[], sign: number) =>
    Math.sign(ringArea(ring)) === sign ? ring : ring.reverse();
  return { outer: turned(outer, 1), holes: holes.map((hole) => turned(hole, -1)) };
}

function readRing(value: unknown, field: string, [left, top]: Point): Point[] {
  const positions = list(value, field, 'an array of positions, the first repeated at the end', 4);
  const ring = positions.map((position, k): Point => {
    if (!isPosition(position))
      throw fault(`${field}[${k}]`, position, `[x, y], two numbers within ±${FARTHEST}`);
    return [position[0] - left - 0.5, position[1] - top - 0.5];
  });
  const last = ring.pop() as Point;
  if (last[0] !== ring[0][0] || last[1] !== ring[0][1])
    throw new InputError({
      field: `${field}[${ring.length}]`,
      problem: `the ring ends at ${JSON.stringify(positions[ring.length])}`,
      expected: `${JSON.stringify(positions[0])}, where it begins`,
    });
  if (ringArea(ring) === 0)
    throw new InputError({ field, problem: 'the ring encloses nothing', expected: 'an area' });
  return ring;
}

function isPosition(value: unknown): value is Point {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    // JSON has no NaN, yet 1e999 reads as Infinity.
    value.every((number) => typeof number === 'number' && Math.abs(number) <= FARTHEST)
  );
}

/** As QuPath reads it: a name, or an object with a name or the names of a derived class. */
function readClassification(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  const { name, names } = members(value, field);
  if (typeof name === 'string') return name;
  if (name !== undefined) throw fault(`${field}.name`, name, 'a string');
  const parts = list(names, `${field}.names`, 'an array of names, or a name', 1);
  const odd = parts.findIndex((part) => typeof part !== 'string');
  if (odd >= 0) throw fault(`${field}.names[${odd}]`, parts[odd], 'a string');
  return parts.join(': ');
}

function readMeasurements(value: unknown, field: string): Map<string, number> {
  const measurements = new Map<string, number>();
  if (value === undefined) return measurements;
  for (const [name, number] of Object.entries(members(value, field))) {
    if (typeof number !== 'number' || !Number.isFinite(number))
      throw fault(`${field}[${shown(name)}]`, number, 'a finite number');
    measurements.set(name, number);
  }
  return measurements;
}

function parseJson(text: string): unknown {
  const deep = findDeepNesting(text);
  if (deep !== undefined)
    throw new InputError({
      line: lineOf(text, deep),
      problem: `lists and objects nested deeper than ${MAX_JSON_LEVELS} levels`,
      expected: 'a GeoJSON feature collection',
    });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message;
    // Not every message of V8's has a position; those without quote the text around it.
    const position = /position (\d+)/.exec(reason)?.[1];
    const at = /end of JSON/.test(reason) ? text.length : position;
    throw new InputError(
      {
        ...(at === undefined ? {} : { line: lineOf(text, Number(at)) }),
        problem: `is not JSON (${reason.replace(/[\p{Cc}\s]+/gu, ' ')})`,
        expected: 'a GeoJSON feature collection',
      },
      { cause },
    );
  }
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1))
    line++;
  return line;
}

function members(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(field, value, 'an object');
  return value as Record<string, unknown>;
}

function list(value: unknown, field: string, expected: string, least = 0): readonly unknown[] {
  if (!Array.isArray(value)) throw fault(field, value, expected);
  if (value.length < least) throw fault(field, value, `${expected}: at least ${least}`);
  return value;
}

function requireType(value: unknown, field: string, ...types: string[]): void {
  if (!types.includes(value as string)) throw fault(field, value, types.join(' or '));
}

function fault(field: string, found: unknown, expected: string): InputError {
  return new InputError({ field, problem: `found ${shown(found)}`, expected });
}

/** A value in a few characters, without going into it. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
