import {
  Assessor,
  addToReliability,
  boundaryDistances,
  claimInstances,
  comparisonOverlay,
  countedInstances,
  countedProbability,
  drawnRocAuc,
  emptyReliability,
  finishInstances,
  IGNORED,
  type InstanceRule,
  instancesOfMask,
  notebookRule,
  overlap,
  type PredictedTile,
  rankedPixels,
  rowIou,
  ruleOutcome,
  ruleTruth,
  summarise,
  threshold,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFixture } from '../packed-mask.js';

interface Scores {
  readonly counts: [tp: number, fp: number, fn: number, tn: number];
  readonly iou: number;
  readonly dice: number;
  readonly rocAuc: number | null;
}
const fixture = readFixture<{
  cutoff: number;
  images: (Scores & {
    width: number;
    height: number;
    truth: string;
    thousandths: number[];
    detections: number;
    vessels: number;
    boundaryF: number | null;
    hd95: number | null;
  })[];
  pooled: Scores;
}>('field-of-view.json');

function predicted(
  id: string,
  { width, height }: { width: number; height: number },
  truth: Uint8Array,
  probability: Float32Array,
  cutoff: number,
): PredictedTile {
  const mask = threshold(probability, cutoff);
  return {
    score: {
      id,
      dataset: 1,
      source: id,
      counts: overlap(truth, mask),
      rowIou: rowIou(truth, mask, width),
    },
    width,
    height,
    truth,
    vessels: instancesOfMask(truth, width, height),
    probability,
  };
}

const rules = (cutoff: number) => ({
  cutoff,
  instances: { ...notebookRule, low: cutoff, high: cutoff },
});
const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 12));

describe('inside a field of view, against NumPy and SciPy', () => {
  const assessor = new Assessor(rules(fixture.cutoff));
  const tiles = fixture.images.map((image, at) =>
    assessor.add(
      predicted(
        `${at}`,
        image,
        Uint8Array.from(image.truth, (c) => (c === '.' ? IGNORED : Number(c))),
        Float32Array.from(image.thousandths, (value) => value / 1000),
        fixture.cutoff,
      ),
    ),
  );
  const { overall, groups } = assessor.assessment(0);

  test('each image: pixels, ROC AUC, instances, boundaries', () => {
    const evaluation = summarise(tiles);
    for (const [at, image] of fixture.images.entries()) {
      const [truePositive, falsePositive, falseNegative, trueNegative] = image.counts;
      const { counts, matched, boundaryF, hd95 } = tiles[at];
      expect(counts).toEqual({ truePositive, falsePositive, falseNegative, trueNegative });
      expect(evaluation.groups[at]?.meanIou).toBeCloseTo(image.iou, 12);
      expect(evaluation.groups[at]?.meanDice).toBeCloseTo(image.dice, 12);
      expect(groups[at]?.headlines.meanRocAuc.value).toEqual(close(image.rocAuc));
      expect(groups[at]?.pixelRocAuc?.value ?? null).toEqual(close(image.rocAuc));
      expect(matched.confidences).toHaveLength(image.detections);
      expect(matched.truths).toBe(image.vessels);
      expect({ boundaryF, hd95 }).toEqual({
        boundaryF: close(image.boundaryF),
        hd95: close(image.hd95),
      });
    }
  });

  test('all pixels that count together', () => {
    const { pooled } = fixture;
    expect(overall.headlines.pooledIou.value).toBeCloseTo(pooled.iou, 12);
    expect(overall.headlines.pooledDice.value).toBeCloseTo(pooled.dice, 12);
    expect(overall.headlines.pooledRocAuc.value).toBeCloseTo(pooled.rocAuc as number, 12);
    expect(overall.pixelRocAuc?.value).toBeCloseTo(pooled.rocAuc as number, 12);
    const pixels = overall.calibration.curve.reduce((sum, bin) => sum + bin.pixels, 0);
    expect(pixels).toBe(pooled.counts.reduce((a, b) => a + b));
  });
});

const anyTile = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) => {
    const pixels = { minLength: width * height, maxLength: width * height };
    const levels = fc.array(fc.constantFrom(0, 0.2, 0.45, 0.55, 0.7, 0.9, 1), pixels);
    return fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      truth: fc.array(fc.constantFrom(0, 1, IGNORED), pixels),
      prediction: levels,
      elsewhere: levels,
    });
  });

describe('what is predicted where pixels are ignored', () => {
  test('changes nothing that is measured', () => {
    fc.assert(
      fc.property(fc.array(anyTile, { minLength: 1, maxLength: 3 }), (drawn) => {
        const assess = (predict: (tile: (typeof drawn)[number]) => number[]) => {
          const assessor = new Assessor(rules(0.5));
          const tiles = drawn.map((tile, at) =>
            assessor.add(
              predicted(
                `${at}`,
                tile,
                Uint8Array.from(tile.truth),
                Float32Array.from(predict(tile)),
                0.5,
              ),
            ),
          );
          return { tiles, assessment: assessor.assessment(0) };
        };
        const other = assess(({ truth, prediction, elsewhere }) =>
          prediction.map((p, at) => (truth[at] === IGNORED ? (elsewhere[at] as number) : p)),
        );
        expect(other).toEqual(assess(({ prediction }) => prediction));
      }),
      { numRuns: 25 },
    );
  });

  test('changes nothing of a rule that fills holes, adds weaker vessels and dilates', () => {
    const rule: InstanceRule = {
      ...notebookRule,
      low: 0.4,
      high: 0.6,
      weak: 0.1,
      maximumHoleArea: 5,
      dilation: 1.5,
    };
    fc.assert(
      fc.property(anyTile, ({ width, height, truth: values, prediction, elsewhere }) => {
        const truth = Uint8Array.from(values);
        const vessels = instancesOfMask(truth, width, height);
        const outcome = (levels: readonly number[]) => {
          const map = countedProbability(Float32Array.from(levels), truth);
          const found = finishInstances(
            claimInstances(map, width, height, rule),
            width,
            height,
            rule,
          );
          for (const { box, mask } of countedInstances(found, truth, width))
            mask.forEach((value, at) => {
              const x = box.x + (at % box.width);
              const y = box.y + Math.floor(at / box.width);
              if (value === 1) expect(truth[y * width + x]).not.toBe(IGNORED);
            });
          return ruleOutcome(found, ruleTruth(vessels, width, height, truth));
        };
        const mixed = prediction.map((p, at) =>
          truth[at] === IGNORED ? (elsewhere[at] as number) : p,
        );
        expect(outcome(mixed)).toEqual(outcome(prediction));
      }),
    );
  });

  test('is shown grey over the tile', () => {
    const image = { width: 3, height: 1, data: new Uint8Array(9).fill(100) };
    const truth = Uint8Array.of(IGNORED, IGNORED, 0);
    const { data } = comparisonOverlay(image, truth, Uint8Array.of(0, 1, 0));
    expect([...data]).toEqual([114, 114, 114, 114, 114, 114, 100, 100, 100]);
  });
});

describe('ignored pixels are as if they were not there', () => {
  test('rows of nothing else are left out of row IoU, an image of nothing else is empty', () => {
    const [a, b] = [IGNORED, IGNORED];
    expect(rowIou(Uint8Array.of(a, b, 1, 1), Uint8Array.of(1, 1, 1, 0), 2)).toBe(0.5);
    expect(rowIou(Uint8Array.of(a, b), Uint8Array.of(1, 0), 2)).toBe(1);
  });

  test('no boundary runs along them', () => {
    // A vessel that the field of view cuts off, found whole.
    const truth = Uint8Array.of(0, 1, 1, IGNORED, IGNORED);
    const { ofTruth, ofPrediction } = boundaryDistances(truth, Uint8Array.of(0, 1, 1, 1, 0), 5, 1);
    expect([[...ofTruth], [...ofPrediction]]).toEqual([[0], [0]]);
  });

  test('calibration counts the others', () => {
    const sums = emptyReliability(1);
    addToReliability(sums, Float32Array.of(0.5, 0.25), Uint8Array.of(1, IGNORED));
    expect([sums.pixels[0], sums.positives[0], sums.probabilities[0]]).toEqual([1, 1, 0.5]);
  });
});

test('ROC AUC of draws of images is that of their pixels together', () => {
  const image = fc.array(
    fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(image, fc.nat(2)), { minLength: 1, maxLength: 4 }), (drawn) => {
      const ranked = drawn.map(([pixels]) => {
        const ranking = {
          positives: new Float64Array(32),
          negatives: new Float64Array(32),
        };
        for (const [truth, p] of pixels)
          ranking[truth === 1 ? 'positives' : 'negatives'][Math.min(31, Math.floor(32 * p))]++;
        return rankedPixels(ranking);
      });
      const all = drawn.flatMap(([pixels, times]) =>
        Array.from({ length: times }, () => pixels).flat(),
      );
      const bin = (p: number) => Math.min(31, Math.floor(32 * p));
      let [right, pairs] = [0, 0];
      for (const [a, p] of all)
        for (const [b, q] of all)
          if (a === 1 && b === 0) {
            pairs++;
            right += bin(p) > bin(q) ? 1 : bin(p) === bin(q) ? 0.5 : 0;
          }
      const found = drawnRocAuc(ranked)(Uint32Array.from(drawn, ([, times]) => times));
      if (pairs === 0) expect(found).toBeNull();
      else expect(found).toBeCloseTo(right / pairs, 12);
    }),
  );
});
