import {
  addToRanking,
  addToReliability,
  type BoundedMetric,
  emptyRanking,
  emptyReliability,
  pixelAveragePrecision,
  rocAuc,
  summariseReliability,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../packed-mask.js';

interface Image {
  readonly probability: Float32Array;
  readonly truth: Uint8Array;
}

interface Case {
  readonly name: string;
  readonly images: { readonly probability: number[]; readonly truth: string }[];
  readonly rocAuc: number | null;
  readonly averagePrecision: number | null;
  readonly reliability: {
    readonly bins: number;
    readonly curve: [
      pixels: number,
      meanProbability: number | null,
      positiveShare: number | null,
    ][];
    readonly expectedCalibrationError: number;
  }[];
  readonly brierScore: number;
}

const ranked = (images: readonly Image[]) => {
  const ranking = emptyRanking();
  for (const { probability, truth } of images) addToRanking(ranking, probability, truth);
  return ranking;
};

const reliabilityOf = (images: readonly Image[], bins: number) => {
  const sums = emptyReliability(bins);
  for (const { probability, truth } of images) addToReliability(sums, probability, truth);
  return summariseReliability(sums);
};

const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 12));

const only = (probability: readonly number[], truth: readonly number[]): Image[] => [
  { probability: Float32Array.from(probability), truth: Uint8Array.from(truth) },
];

describe('against NumPy and SciPy', () => {
  for (const one of readFixture<Case[]>('pixel-metrics.json')) {
    const images = one.images.map(({ probability, truth }) => ({
      probability: Float32Array.from(probability),
      truth: Uint8Array.from(truth, Number),
    }));
    it(`rankings: ${one.name}`, () => {
      const check = (metric: BoundedMetric | null, exact: number | null) => {
        if (metric === null || exact === null) return expect(metric).toBe(exact);
        expect(exact).toBeGreaterThanOrEqual(metric.low - 1e-12);
        expect(exact).toBeLessThanOrEqual(metric.high + 1e-12);
        // Only of the sigmoids do several share a bin.
        if (one.name !== 'sigmoids') expect(metric.value).toBeCloseTo(exact, 12);
        else expect(Math.abs(metric.value - exact)).toBeLessThan(1e-3);
      };
      check(rocAuc(ranked(images)), one.rocAuc);
      check(pixelAveragePrecision(ranked(images)), one.averagePrecision);
    });

    it(`calibration: ${one.name}`, () => {
      for (const { bins, curve, expectedCalibrationError } of one.reliability) {
        const summary = reliabilityOf(images, bins);
        expect(summary.expectedCalibrationError).toBeCloseTo(expectedCalibrationError, 12);
        expect(summary.brierScore).toBeCloseTo(one.brierScore, 12);
        expect(summary.curve.map((p) => [p.pixels, p.meanProbability, p.positiveShare])).toEqual(
          curve.map(([pixels, mean, share]) => [pixels, close(mean), close(share)]),
        );
        expect(summary.curve.map(({ from, to }) => [from, to])).toEqual(
          curve.map((_, k) => [k / bins, (k + 1) / bins]),
        );
      }
    });
  }
});

describe('by hand', () => {
  it('rankings of four pixels', () => {
    // From the top: vessel, not, vessel, not. Of 4 pairs 3 are in order: 0.75.
    const one = ranked(only([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0]));
    expect(rocAuc(one)).toEqual({ value: 0.75, low: 0.75, high: 0.75 });
    // Recall rises by 1/2 at precision 1, and by 1/2 at 2/3: 5/6.
    expect(pixelAveragePrecision(one)?.value).toBeCloseTo(5 / 6, 15);
    // A tie of one of each: half a pair; precision 1/2.
    const tie = ranked(only([0.5, 0.5], [1, 0]));
    expect(rocAuc(tie)).toEqual({ value: 0.5, low: 0, high: 1 });
    expect(pixelAveragePrecision(tie)).toEqual({ value: 0.5, low: 0.5, high: 1 });
  });

  it('calibration of four pixels in two bins', () => {
    // Below: mean 0.25, none vessel; above: mean 0.75, 2 of 2. ECE = (2 * 0.25 + 2 * 0.25) / 4.
    const summary = reliabilityOf(only([0.125, 0.375, 0.5, 1], [0, 0, 1, 1]), 2);
    expect(summary.expectedCalibrationError).toBe(0.25);
    // (1/64 + 9/64 + 1/4 + 0) / 4
    expect(summary.brierScore).toBe(26 / 64 / 4);
    expect(summary.curve[1]).toEqual({
      pixels: 2,
      from: 0.5,
      to: 1,
      meanProbability: 0.75,
      positiveShare: 1,
    });
  });
});

const pixels = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.float({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: -20, max: 20 }).map((logit) => Math.fround(1 / (1 + Math.exp(-logit)))),
      ),
      fc.nat(1),
    ),
    { maxLength: 40 },
  )
  .map(
    (list) =>
      only(
        list.map(([p]) => p),
        list.map(([, y]) => y),
      )[0],
  );

it('the limits hold what no binning gives', () => {
  fc.assert(
    fc.property(pixels, ({ probability, truth }) => {
      const all = Array.from(truth.keys());
      const vessel = all.filter((at) => truth[at] === 1);
      const other = all.filter((at) => truth[at] === 0);
      const ranking = ranked([{ probability, truth }]);
      const area = rocAuc(ranking);
      expect(area === null).toBe(vessel.length * other.length === 0);
      if (area !== null) {
        let exact = 0;
        for (const a of vessel)
          for (const b of other) exact += (Math.sign(probability[a] - probability[b]) + 1) / 2;
        exact /= vessel.length * other.length;
        expect(exact).toBeGreaterThanOrEqual(area.low - 1e-12);
        expect(exact).toBeLessThanOrEqual(area.high + 1e-12);
      }
      const average = pixelAveragePrecision(ranking);
      expect(average === null).toBe(vessel.length === 0);
      if (average !== null) {
        let exact = 0;
        for (const at of vessel) {
          const above = all.filter((k) => probability[k] >= probability[at]);
          exact += above.filter((k) => truth[k] === 1).length / above.length / vessel.length;
        }
        expect(exact).toBeGreaterThanOrEqual(average.low - 1e-12);
        expect(exact).toBeLessThanOrEqual(average.high + 1e-12);
      }
    }),
  );
});

it('a greater probability is never in a lower bin, and a bin is narrow', () => {
  const binOf = (p: number) => ranked(only([p], [1])).positives.indexOf(1);
  fc.assert(
    fc.property(fc.float({ min: 0, max: 1, noNaN: true }), fc.nat(1000), (p, thousandths) => {
      const other = Math.fround(p * (1 - thousandths / 1000));
      expect(binOf(other)).toBeLessThanOrEqual(binOf(p));
      // Wider than a bin by any measure: a 256th of the probability or of what is left to 1.
      const below = Math.fround(p - Math.min(p, 1 - p) / 200);
      if (p > 1e-30 && 1 - p > 1e-5) expect(binOf(below)).toBeLessThan(binOf(p));
    }),
  );
  expect([0, -0, 0.5, 1].map(binOf)).toEqual([0, 0, 32256, 64512]);
  expect(emptyRanking().positives.length).toBe(64513);
});

/** The bins that hold something. */
const filled = (images: readonly Image[]) =>
  Object.values(ranked(images)).map((counts) =>
    [...counts.entries()].filter(([, count]) => count > 0),
  );

it('images one by one, in any order, are as one image', () => {
  fc.assert(
    fc.property(fc.array(pixels, { maxLength: 4 }), (images) => {
      const together = only(
        images.flatMap(({ probability }) => [...probability]),
        images.flatMap(({ truth }) => [...truth]),
      );
      expect(filled(images.toReversed())).toEqual(filled(together));
      const [a, b] = [images.toReversed(), together].map((some) => reliabilityOf(some, 7));
      expect(a.brierScore).toEqual(close(b.brierScore));
      expect(a.expectedCalibrationError).toEqual(close(b.expectedCalibrationError));
    }),
  );
});

it('truth taken for a probability is perfect', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 1, minLength: 1, maxLength: 50 }), (truth) => {
      const images = [{ probability: Float32Array.from(truth), truth }];
      const { expectedCalibrationError, brierScore } = reliabilityOf(images, 15);
      expect([expectedCalibrationError, brierScore]).toEqual([0, 0]);
      if (truth.includes(1)) expect(pixelAveragePrecision(ranked(images))?.value).toBe(1);
      if (truth.includes(1) && truth.includes(0)) expect(rocAuc(ranked(images))?.value).toBe(1);
    }),
  );
});

it('without a pixel nothing is defined', () => {
  expect(rocAuc(emptyRanking())).toBeNull();
  expect(pixelAveragePrecision(emptyRanking())).toBeNull();
  expect(reliabilityOf([], 2)).toEqual({
    curve: [
      { pixels: 0, from: 0, to: 0.5, meanProbability: null, positiveShare: null },
      { pixels: 0, from: 0.5, to: 1, meanProbability: null, positiveShare: null },
    ],
    expectedCalibrationError: null,
    brierScore: null,
  });
});

it('refuses what is no probability, other sizes and no bins, and then adds nothing', () => {
  const sums = emptyReliability(3);
  const ranking = emptyRanking();
  for (const [k, wrong] of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY].entries()) {
    const probability = Float32Array.of(0.5, 0.5, 0.5, 0.5);
    probability[k] = wrong;
    const message = `probability ${probability[k]} of pixel ${k}; expected 0 to 1`;
    expect(() => addToRanking(ranking, probability, new Uint8Array(4))).toThrow(message);
    expect(() => addToReliability(sums, probability, new Uint8Array(4))).toThrow(message);
  }
  expect(() => addToRanking(ranking, new Float32Array(3), new Uint8Array(4))).toThrow('truth of 4');
  expect(sums).toEqual(emptyReliability(3));
  expect([rocAuc(ranking), pixelAveragePrecision(ranking)]).toEqual([null, null]);
  for (const bins of [0, 2.5, Number.NaN])
    expect(() => emptyReliability(bins)).toThrow(`${bins} bins`);
});
