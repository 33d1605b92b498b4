import {
  encodeRle,
  type Fault,
  findInstances,
  formatGeoJson,
  formatSubmission,
  InputError,
  instanceOfRle,
  notebookRule,
  packRle,
  parseGeoJson,
  parseSubmission,
  randomStream,
  rasteriseRings,
  ringsOf,
  rleFromString,
  rleToString,
  SubmissionReader,
  unpackRle,
  writeSubmissionRow,
} from '@vascula/core';
import { describe, expect, test } from 'vitest';
import { FUZZ_CASES, FUZZ_TIMEOUT, randomBytes, spoiled } from '../spoiled.js';

const MILLION = 1_000_000;

/** What was made of the texts. */
class Outcomes {
  read = 0;
  refused = 0;

  /** Reads, and holds what is refused against what a message has to be. */
  try<T>(read: () => T, says: (fault: Fault) => void = () => {}): T | undefined {
    try {
      const value = read();
      this.read++;
      return value;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.refused++;
      requireClear(error);
      says(error.fault);
      return undefined;
    }
  }

  /** Both came about often enough to mean something. */
  requireBoth(): void {
    expect(this.read).toBeGreaterThan(FUZZ_CASES / 50);
    expect(this.refused).toBeGreaterThan(FUZZ_CASES / 50);
  }
}

function requireClear({ message }: InputError): void {
  expect(message).not.toMatch(/undefined|NaN|\[object [A-Z]|\p{Cc}/u);
  expect(message.length).toBeLessThan(400);
}

/** Masks with holes and parts, at the border too. */
function detections(side: number) {
  const random = randomStream(2, 'masks');
  const probability = Float32Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    return 0.5 + 0.4 * Math.sin(x / 3) * Math.cos(y / 4) + random.uniform(-0.05, 0.05);
  });
  return findInstances(probability, side, side, notebookRule);
}

const side = 48;
const found = detections(side);
const counts = found.map(({ mask, box }) => encodeRle(mask, side, side, box));

test('there is something to spoil', () => {
  expect(found.length).toBeGreaterThan(4);
  expect(Math.max(...counts.map(({ length }) => length))).toBeGreaterThan(10);
});

/** What is read can be drawn. */
function draw(runs: readonly number[], width: number, height: number): void {
  const { area, mask } = instanceOfRle(runs, width, height);
  expect(mask.reduce((sum, pixel) => sum + pixel, 0)).toBe(area);
}

describe('run lengths', () => {
  test('a million random bytes as strings', () => {
    const random = randomStream(1, 'rle bytes');
    const outcomes = new Outcomes();
    for (let left = MILLION; left > 0; ) {
      const bytes = randomBytes(1 + random.integer(random.chance(0.5) ? 4 : 400), random);
      // Half of them of the alphabet.
      const own = random.chance(0.5);
      const text = String.fromCharCode(...bytes.map((byte) => (own ? 48 + (byte & 63) : byte)));
      const runs = outcomes.try(() => rleFromString(text));
      if (runs !== undefined) expect(rleFromString(rleToString(runs))).toEqual(runs);
      outcomes.try(() => unpackRle(text, side, side));
      outcomes.try(() => unpackRle(Buffer.from(bytes).toString('base64'), side, side));
      left -= bytes.length;
    }
    expect(outcomes.read).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(10_000);
  });

  test(`${FUZZ_CASES} spoiled strings`, { timeout: FUZZ_TIMEOUT }, () => {
    const random = randomStream(1, 'rle');
    const [outcomes, packed] = [new Outcomes(), new Outcomes()];
    for (let n = 0; n < FUZZ_CASES; n++) {
      const runs = counts[n % counts.length];
      const text = spoiled(rleToString(runs), random);
      const readRuns = outcomes.try(() => rleFromString(text));
      if (readRuns !== undefined) packed.try(() => draw(readRuns, side, side));
      const again = packed.try(() => unpackRle(spoiled(packRle(runs), random), side, side));
      if (again !== undefined) draw(again, side, side);
    }
    outcomes.requireBoth();
    expect(packed.refused).toBeGreaterThan(FUZZ_CASES / 50);
  });
});

describe('submissions', () => {
  const header = 'id,height,width,prediction_string';
  const row = (id: string) =>
    writeSubmissionRow(
      id,
      side,
      side,
      counts.map((runs, k) => ({ confidence: 1 / (k + 1), counts: runs })),
    );

  test('a million random bytes, with and without a header', () => {
    const bytes = randomBytes(MILLION, randomStream(1, 'submission bytes'));
    const text = new TextDecoder('latin1').decode(bytes);
    const { rows, faults } = parseSubmission(`${header}\n${text}`);
    expect(rows).toEqual([]);
    expect(faults.length).toBeGreaterThan(1000);
    const lines = faults.map(({ line }) => line ?? 0);
    expect(new Set(lines).size).toBe(lines.length);
    expect(Math.min(...lines)).toBe(2);
    for (const fault of faults) requireClear(new InputError(fault));
    const headless = parseSubmission(text);
    expect(headless.rows).toEqual([]);
    expect(headless.faults.map(({ line }) => line)).toEqual([1]);
  });

  test(`${FUZZ_CASES} spoiled rows are read or refused, each with its line`, {
    timeout: FUZZ_TIMEOUT,
  }, () => {
    const random = randomStream(1, 'submission');
    const outcomes = new Outcomes();
    const whole = formatSubmission([row('a'), row('b')]);
    for (let n = 0; n < FUZZ_CASES; n++) {
      const text = spoiled(whole, random);
      // As a program that knows how large its tiles are.
      const reader = new SubmissionReader(({ width, height }) => {
        if (width * height > 2 ** 16) throw new InputError({ problem: 'is of another size' });
      });
      for (const [index, content] of text.split(/\r?\n/).entries()) {
        const read = outcomes.try(
          () => reader.read(content, index + 1),
          ({ line }) => expect(line).toBe(index + 1),
        );
        if (read === undefined) continue;
        expect(read.detections.every(({ confidence }) => Number.isFinite(confidence))).toBe(true);
        for (const { counts: runs } of read.detections) draw(runs, read.width, read.height);
      }
    }
    outcomes.requireBoth();
  });

  test('a number of a hundred thousand digits that is none is refused at once', () => {
    const { faults } = parseSubmission(`${header}\na,2,2,0 ${'1'.repeat(100_000)}x AAAA`);
    expect(faults.map(({ problem }) => problem)).toEqual([
      `prediction 1 has confidence "${'1'.repeat(39)}…"`,
    ]);
  });

  test('a row of more predictions or run lengths than are drawn, and a line of commas', () => {
    const many = (text: string, times: number, size: number) =>
      parseSubmission(`${header}\na,${size},${size},${text.repeat(times)}`).faults;
    expect(many(`0 1 ${packRle([1, 2, 1])} `, 500, 2)).toEqual([]);
    expect(many(`0 1 ${packRle([1, 2, 1])} `, 10_001, 2)).toEqual([
      {
        line: 2,
        field: 'prediction_string',
        problem: '10001 predictions',
        expected: 'at most 10000 a tile',
      },
    ]);
    // A chessboard: 1100 characters for 261,633 run lengths, 32 of them 2^23.
    const board = Uint8Array.from({ length: 2 ** 18 }, (_, at) => (at + (at >> 9)) & 1);
    const [fault] = many(`0 1 ${packRle(encodeRle(board, 512, 512))} `, 40, 512);
    expect(fault.problem).toBe('masks of more than 8388608 run lengths, reached at prediction 33');
    const [commas] = parseSubmission(`${header}\n${','.repeat(MILLION)}`).faults;
    expect(commas).toEqual({ line: 2, problem: 'too many fields', expected: 'at most 10000' });
  });
});

describe('GeoJSON', () => {
  const text = formatGeoJson(found, {
    classification: { name: 'blood_vessel', color: [200, 0, 0] },
    pixelSize: 0.5,
  });

  test('a million random bytes, alone and within a collection', () => {
    const bytes = randomBytes(MILLION, randomStream(1, 'GeoJSON bytes'));
    const random = new TextDecoder().decode(bytes);
    const outcomes = new Outcomes();
    outcomes.try(() => parseGeoJson(random));
    outcomes.try(() => parseGeoJson(JSON.stringify(random)));
    outcomes.try(() => parseGeoJson(text.replace('"coordinates":[', `"coordinates":[${random}`)));
    outcomes.try(() => parseGeoJson(text.replace('"Polygon"', JSON.stringify(random))));
    expect(outcomes).toMatchObject({ read: 0, refused: 4 });
  });

  test(`${FUZZ_CASES} spoiled collections are read, or refused with a line or a field`, {
    timeout: FUZZ_TIMEOUT,
  }, () => {
    const random = randomStream(1, 'GeoJSON');
    const outcomes = new Outcomes();
    for (let n = 0; n < FUZZ_CASES; n++) {
      const features = outcomes.try(
        () => parseGeoJson(spoiled(text, random)),
        ({ line, field, problem }) => {
          // V8 gives no position for some tokens, and quotes the text about them.
          if (line === undefined && field === undefined) expect(problem).toMatch(/^is not JSON/);
        },
      );
      for (const { polygons } of features ?? [])
        expect(rasteriseRings(ringsOf(polygons), side, side)).toHaveLength(side * side);
    }
    outcomes.requireBoth();
  });

  test('nested without end: refused before it takes memory, with its line', () => {
    const deep = '['.repeat(16 * MILLION);
    const before = process.resourceUsage().maxRSS;
    for (const spoil of [deep, `{"type":\n${deep}`, `"a\\"[" ,\n${'[{"a":'.repeat(MILLION)}`]) {
      const [outcomes, lines] = [new Outcomes(), [] as unknown[]];
      outcomes.try(
        () => parseGeoJson(spoil),
        ({ line, problem }) => lines.push([line, problem]),
      );
      const line = spoil.startsWith('[') ? 1 : 2;
      expect(lines).toEqual([[line, 'lists and objects nested deeper than 100 levels']]);
    }
    // In KiB. Parsed, it takes 50 bytes a bracket.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(300 * 1024);
  });
});
