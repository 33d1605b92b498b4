import { readFileSync } from 'node:fs';
import {
  encodeRle,
  formatSubmission,
  InputError,
  packRle,
  parseSubmission,
  type SubmissionDetection,
  SubmissionReader,
  writeSubmissionRow,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const header = 'id,height,width,prediction_string';
const mask = packRle([1, 2, 1]);
const dataFolder =
  process.env.VASCULA_DATA ?? new URL('../../../../../shared/data', import.meta.url).pathname;
const sample = readIfThere(`${dataFolder}/hubmap/sample_submission.csv`);

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const detection: fc.Arbitrary<SubmissionDetection> = fc.record({
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  counts: fc
    .uint8Array({ min: 0, max: 1, minLength: 12, maxLength: 12 })
    .map((pixels) => encodeRle(pixels, 4, 3)),
});

describe('writing a submission', () => {
  it('repeats class, confidence and mask', () => {
    const counts = [1, 2, 1];
    expect(
      writeSubmissionRow('72e40acccadf', 2, 2, [
        { confidence: 1, counts },
        { confidence: 0.8125, counts },
      ]),
    ).toBe(`72e40acccadf,2,2,0 1 ${mask} 0 0.8125 ${mask}`);
  });

  it('leaves the prediction empty where nothing was found, and quotes a name that needs it', () => {
    expect(writeSubmissionRow('a', 5, 7, [])).toBe('a,5,7,');
    expect(writeSubmissionRow('a,"b"', 5, 7, [])).toBe('"a,""b""",5,7,');
  });

  it('ends every line, the header too', () => {
    expect(formatSubmission(['a,5,7,', 'b,5,7,'])).toBe(`${header}\na,5,7,\nb,5,7,\n`);
    expect(formatSubmission([])).toBe(`${header}\n`);
  });

  it('refuses a confidence that is no number and runs of another size', () => {
    expect(() => writeSubmissionRow('a', 2, 2, [{ confidence: Number.NaN, counts: [4] }])).toThrow(
      'confidence NaN of tile a is not a finite number',
    );
    expect(() => writeSubmissionRow('a', 2, 2, [{ confidence: 1, counts: [5] }])).toThrow(
      'run lengths of tile a sum to 5, not height 2 x width 2 = 4',
    );
  });
});

describe('reading a submission', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(detection, { maxLength: 3 }), { maxLength: 4 }),
        fc.string({ unit: 'grapheme-ascii' }),
        (tiles, name) => {
          const rows = tiles.map((detections, k) => ({
            line: k + 2,
            id: `${name}${k}`,
            height: 3,
            width: 4,
            detections,
          }));
          const text = formatSubmission(
            rows.map((row) => writeSubmissionRow(row.id, row.height, row.width, row.detections)),
          );
          expect(parseSubmission(text)).toEqual({ rows, faults: [] });
        },
      ),
    );
  });

  it('accepts a byte order mark, CRLF, quotes, blank lines and columns in another order', () => {
    const text = `\uFEFF"prediction_string",id,"width",height\r\n\r\n"0 0.5 ${mask}","a ""b"", c",2,2\r\n,d,7,5`;
    expect(parseSubmission(text)).toEqual({
      rows: [
        {
          line: 3,
          id: 'a "b", c',
          height: 2,
          width: 2,
          detections: [{ confidence: 0.5, counts: [1, 2, 1] }],
        },
        { line: 4, id: 'd', height: 5, width: 7, detections: [] },
      ],
      faults: [],
    });
  });

  it.skipIf(sample === undefined)("reads the competition's sample (needs VASCULA_DATA)", () => {
    const { rows, faults } = parseSubmission(sample ?? '');
    expect(faults).toEqual([]);
    expect(rows).toEqual([
      {
        line: 2,
        id: '72e40acccadf',
        height: 512,
        width: 512,
        detections: [{ confidence: 1, counts: [513, 2, 510, 2, 261117] }],
      },
    ]);
  });

  it.each([
    ['', undefined, 'no header'],
    ['id,height,prediction_string', 'width', 'column is missing'],
    [`${header},extra`, undefined, 'header of 5 columns'],
    ['id,"height', 'field 2', 'a quote is not closed'],
  ])('says what is wrong with the header %j', (text, field, problem) => {
    const { rows, faults } = parseSubmission(text);
    expect(rows).toEqual([]);
    expect(faults.map((fault) => [fault.line, fault.field, fault.problem])).toEqual([
      [1, field, problem],
    ]);
  });

  it.each([
    ['a,2,2', undefined, '3 fields'],
    ['a,2,2,,', undefined, '5 fields'],
    ['"a"b,2,2,', 'field 1', 'text follows a closing quote'],
    ['a,2,2,"0 1', 'field 4', 'a quote is not closed'],
    [',2,2,', 'id', 'is empty'],
    ['first,2,2,', 'id', '"first" is already on line 2'],
    ['a,0,2,', 'height', '"0"'],
    ['a,2,-2,', 'width', '"-2"'],
    ['a,2.0,2,', 'height', '"2.0"'],
    ['a,100000,100000,', undefined, 'a mask of height 100000 x width 100000 = 10000000000 pixels'],
    ['a,2,2,0 1', 'prediction_string', 'prediction 1 has 2 of 3 parts'],
    [`a,2,2,0 1 ${mask} 0`, 'prediction_string', 'prediction 2 has 1 of 3 parts'],
    [`a,2,2,1 1 ${mask}`, 'prediction_string', 'prediction 1 is of class "1"'],
    [`a,2,2,0 high ${mask}`, 'prediction_string', 'prediction 1 has confidence "high"'],
    [`a,2,2,0 1e999 ${mask}`, 'prediction_string', 'prediction 1 has confidence "1e999"'],
    [`a,2,2,0 NaN ${mask}`, 'prediction_string', 'prediction 1 has confidence "NaN"'],
    ['a,2,2,0 1 abc', 'prediction_string', 'prediction 1: base64 of 3 characters'],
    [`a,2,3,0 1 ${mask}`, 'prediction_string', 'prediction 1: run lengths sum to 4'],
  ])('says what is wrong with the row %s, and reads the others', (row, field, problem) => {
    const { rows, faults } = parseSubmission(`${header}\nfirst,2,2,\n${row}\nlast,2,2,\n`);
    expect(rows.map(({ id }) => id)).toEqual(['first', 'last']);
    expect(faults.map((fault) => [fault.line, fault.field, fault.problem])).toEqual([
      [3, field, problem],
    ]);
    expect(faults[0].expected).toBeDefined();
  });
});

describe('line by line', () => {
  const golden = '0 1.0 eNoLTDAwyrM3yI/PMwcAE94DZA==';

  it('a tile is held against the reader before its masks are decoded', () => {
    const met: string[] = [];
    const reader = new SubmissionReader(({ id, width }) => {
      met.push(id);
      if (width !== 512) throw new InputError({ field: 'width', problem: `${width}` });
    });
    expect(reader.hasHeader).toBe(false);
    expect(reader.read('id,height,width,prediction_string', 1)).toBeUndefined();
    expect(reader.read('', 2)).toBeUndefined();
    expect(reader.hasHeader).toBe(true);
    expect(reader.read(`a,512,512,${golden}`, 3)).toMatchObject({ line: 3, id: 'a' });
    expect(() => reader.read('b,16384,16384,0 1 no mask at all', 4)).toThrow('width: 16384');
    expect(() => reader.read(`a,512,512,${golden}`, 5)).toThrow(/already on line 3/);
    expect(met).toEqual(['a', 'b']);
    // A row that was refused is not there: another one of its tile is the first.
    expect(reader.read(`b,512,512,${golden}`, 6)).toMatchObject({ line: 6, id: 'b' });
  });
});
