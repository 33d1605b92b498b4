import { readFileSync } from 'node:fs';
import {
  dice,
  type EvaluationGroup,
  type EvaluationRow,
  formatEvaluation,
  type ImageScore,
  iou,
  overlap,
  pool,
  precision,
  recall,
  rowIou,
  summarise,
  threshold,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Fixture {
  width: number;
  cutoff: number;
  images: {
    dataset: string;
    source: string;
    truth: string;
    probability: number[];
    iou: number;
    rowIou: number;
  }[];
  overall: EvaluationRow;
  groups: EvaluationGroup[];
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/metrics.json', import.meta.url), 'utf8'),
);

const bits = (text: string) => Uint8Array.from(text, Number);

describe("against NumPy and the notebook's own function", () => {
  const scores = fixture.images.map((image, k): ImageScore & { expected: number } => {
    const truth = bits(image.truth);
    const prediction = threshold(Float32Array.from(image.probability), fixture.cutoff);
    return {
      ...image,
      id: `${k}`,
      counts: overlap(truth, prediction),
      rowIou: rowIou(truth, prediction, fixture.width),
      expected: image.iou,
    };
  });

  test('IoU and row IoU of each image', () => {
    for (const [k, image] of fixture.images.entries()) {
      expect(iou(scores[k].counts)).toBeCloseTo(image.iou, 12);
      expect(scores[k].rowIou).toBe(image.rowIou);
    }
  });

  test('the whole table', () => {
    const evaluation = JSON.parse(JSON.stringify(summarise(scores)));
    const close = (row: EvaluationRow | EvaluationGroup) =>
      JSON.parse(JSON.stringify(row), (_, v) => (typeof v === 'number' ? +v.toFixed(12) : v));
    expect(close(evaluation.overall)).toEqual(close(fixture.overall));
    expect(evaluation.groups.map(close)).toEqual(fixture.groups.map(close));
  });

  test('a group without vessels is counted, and has no recall', () => {
    const group = fixture.groups[3];
    expect([group.emptyImages, group.recall, group.pooledIou]).toEqual([5, null, 0]);
    expect(group.meanIou).toBe(0.8);
  });
});

test('a probability equal to the cutoff is not above it', () => {
  expect([...threshold(Float32Array.of(0.8, 0.8000001, 0.79, 1, 0), 0.8)]).toEqual([0, 1, 0, 1, 0]);
  expect([...threshold(Float32Array.of(0.5, 0.50001), 0.5)]).toEqual([0, 1]);
});

const masks = fc
  .integer({ min: 0, max: 60 })
  .chain((length) =>
    fc.tuple(
      fc.uint8Array({ minLength: length, maxLength: length, max: 1 }),
      fc.uint8Array({ minLength: length, maxLength: length, max: 1 }),
    ),
  );

test('counts add up to the pixels; metrics keep their order and symmetry', () => {
  fc.assert(
    fc.property(masks, ([truth, prediction]) => {
      const counts = overlap(truth, prediction);
      const { truePositive, falsePositive, falseNegative, trueNegative } = counts;
      expect(truePositive + falsePositive + falseNegative + trueNegative).toBe(truth.length);
      expect(Math.min(truePositive, falsePositive, falseNegative, trueNegative) >= 0).toBe(true);
      const swapped = overlap(prediction, truth);
      expect(iou(swapped)).toBe(iou(counts));
      expect(precision(swapped)).toBe(recall(counts));
      expect(dice(counts)).toBeCloseTo((2 * iou(counts)) / (1 + iou(counts)), 12);
      const half = truth.length >> 1;
      expect(
        pool([
          overlap(truth.subarray(0, half), prediction.subarray(0, half)),
          overlap(truth.subarray(half), prediction.subarray(half)),
        ]),
      ).toEqual(counts);
    }),
  );
});

test('empty masks', () => {
  const none = new Uint8Array(4);
  const one = Uint8Array.of(0, 1, 0, 0);
  const all = (truth: Uint8Array, prediction: Uint8Array) =>
    [iou, dice, precision, recall].map((metric) => metric(overlap(truth, prediction)));
  expect(all(none, none)).toEqual([1, 1, null, null]);
  expect(all(none, one)).toEqual([0, 0, 0, null]);
  expect(all(one, none)).toEqual([0, 0, null, 0]);
  expect(all(one, one)).toEqual([1, 1, 1, 1]);
});

test('row IoU flatters a wrong prediction where most rows are empty', () => {
  const truth = new Uint8Array(100);
  truth[5] = 1;
  expect(rowIou(truth, new Uint8Array(100), 10)).toBe(0.9);
  expect(iou(overlap(truth, new Uint8Array(100)))).toBe(0);
});

test('row IoU is rounded to three decimals, half to even as NumPy', () => {
  // Of 16 rows one or three are right: 0.0625 and 0.1875 lie half way.
  const rows = (right: number) => {
    const truth = new Uint8Array(32).map((_, p) => (p % 2 === 0 ? 1 : 0));
    return rowIou(
      truth,
      truth.map((v, p) => (p < 2 * right ? v : 0)),
      2,
    );
  };
  expect([rows(1), rows(3), rows(5)]).toEqual([0.062, 0.188, 0.312]);
});

test('sizes that do not agree are refused with both values', () => {
  expect(() => overlap(new Uint8Array(3), new Uint8Array(4))).toThrow('truth of 3 pixels against');
  expect(() => rowIou(new Uint8Array(4), new Uint8Array(3), 2)).toThrow('a prediction of 3');
  expect(() => rowIou(new Uint8Array(5), new Uint8Array(5), 2)).toThrow('rows of 2');
  expect(() => rowIou(new Uint8Array(4), new Uint8Array(4), 0)).toThrow('rows of 0');
});

describe('the table', () => {
  const image = (dataset: string, source: string, text: string): ImageScore => {
    const [truth, prediction] = text.split('/').map(bits);
    return {
      id: text,
      dataset,
      source,
      counts: overlap(truth, prediction),
      rowIou: rowIou(truth, prediction, 2),
    };
  };

  test('aligned, in the order of dataset and source, with a line for what is not defined', () => {
    const scores = [
      image('2', '10', '0000/0000'),
      image('2', '9', '1100/1000'),
      image('1', '2', '1111/1111'),
      image('2', '9', '0001/0011'),
    ];
    expect(formatEvaluation(summarise(scores)).split('\n').slice(0, 6)).toEqual([
      'dataset  source  images  empty     IoU    Dice  pooled IoU  pooled Dice  precision  recall  row IoU',
      '      1       2       1      0  1.0000  1.0000      1.0000       1.0000     1.0000  1.0000   1.0000',
      '      2       9       2      0  0.5000  0.6667      0.5000       0.6667     0.6667  0.6667   0.7500',
      '      2      10       1      1  1.0000  1.0000      1.0000       1.0000          -       -   1.0000',
      '    all               4      1  0.7500  0.8333      0.7500       0.8571     0.8571  0.8571   0.8750',
      '',
    ]);
  });

  test('no image at all', () => {
    const { groups, overall } = summarise([]);
    expect(groups).toEqual([]);
    const { images, emptyImages, counts, ...metrics } = overall;
    expect([images, emptyImages, pool([])]).toEqual([0, 0, counts]);
    expect(new Set(Object.values(metrics))).toEqual(new Set([null]));
    expect(formatEvaluation({ groups, overall })).toMatch(/\n +all +0 +0( +-)+\n/);
  });
});
