import {
  averagePrecision,
  type ComparedImage,
  cocoAveragePrecision,
  cocoThresholds,
  compareInstances,
  type Detection,
  type Instance,
  instanceScore,
  matchBestFree,
  matchBestOverlap,
  pairwiseIou,
  panopticQuality,
  precisionRecallCurve,
  type UnsureRule,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Masks {
  readonly truths: string[];
  readonly detections: string[];
}

interface FixtureImage extends Masks {
  readonly id: string;
  readonly unsure: string[];
  readonly confidences: number[];
  readonly iou: number[];
}

interface Score {
  readonly counts: [truePositive: number, falsePositive: number, falseNegative: number];
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

const fixture = readFixture<{
  width: number;
  height: number;
  images: FixtureImage[];
  crowded: FixtureImage;
  runs: {
    options: { threshold: number; unsure: UnsureRule; withoutTruth: 'counted' | 'left out' };
    average: number;
    curve: [confidence: number, precision: number, recall: number][];
    scores: Record<string, Score>;
  }[];
  coco: {
    images: 'all' | 'crowded';
    unsure: UnsureRule;
    thresholds: number[] | null;
    average: number;
  }[];
  panoptic: {
    images: Masks[];
    counts: Score['counts'];
    quality: number;
    segmentation: number;
    recognition: number;
  };
}>('instance-metrics.json');

/** The mask of a whole image, cropped. */
function instanceOf(packed: string): Instance {
  const { width, height } = fixture;
  const whole = unpackMask(packed, width * height);
  const area = whole.filter((value) => value === 1).length;
  const columns = Array.from(whole.keys())
    .filter((at) => whole[at] === 1)
    .map((at) => at % width);
  const x = Math.min(...columns, width);
  const y = Math.max(Math.floor(whole.indexOf(1) / width), 0);
  const bottom = Math.floor(whole.lastIndexOf(1) / width);
  const box = { x, y, width: Math.max(...columns, x - 1) - x + 1, height: bottom - y + 1 };
  const mask = Uint8Array.from(
    { length: box.width * box.height },
    (_, at) => whole[(y + Math.floor(at / box.width)) * width + x + (at % box.width)],
  );
  return { box, mask, area };
}

const compared = (one: FixtureImage): ComparedImage =>
  compareInstances({
    id: one.id,
    truths: one.truths.map(instanceOf),
    unsure: one.unsure.map(instanceOf),
    detections: one.detections.map((packed, k) => ({
      ...instanceOf(packed),
      confidence: one.confidences[k],
    })),
  });

/** A bar of one row, from x on. */
const bar = (x: number, length: number, y = 0): Instance => ({
  box: { x, y, width: length, height: 1 },
  mask: new Uint8Array(length).fill(1),
  area: length,
});

const found = (confidence: number, x: number, length: number, y = 0): Detection => ({
  ...bar(x, length, y),
  confidence,
});

const image = (
  id: string,
  truths: readonly Instance[],
  detections: readonly Detection[],
  unsure: readonly Instance[] = [],
) => compareInstances({ id, truths, detections, unsure });

describe('against NumPy on whole masks', () => {
  const images = fixture.images.map(compared);
  const crowded = compared(fixture.crowded);

  it('the IoU of all pairs', () => {
    for (const [k, { iou }] of [...images, crowded].entries())
      expect([...iou]).toEqual([...fixture.images, fixture.crowded][k].iou);
  });

  for (const { options, average, curve, scores } of fixture.runs) {
    const { threshold, unsure, withoutTruth } = options;
    it(`the competition's metric at ${threshold}, unsure ${unsure}, without truth ${withoutTruth}`, () => {
      expect(averagePrecision(images, options)).toBeCloseTo(average, 12);
      const points = precisionRecallCurve(images, options) ?? [];
      expect(points.map((p) => [p.confidence, p.precision, p.recall])).toEqual(curve);
      for (const [minimum, expected] of Object.entries(scores)) {
        const score = instanceScore(images, { ...options, minimumConfidence: Number(minimum) });
        const { truePositive, falsePositive, falseNegative } = score;
        expect([truePositive, falsePositive, falseNegative]).toEqual(expected.counts);
        expect([score.precision, score.recall]).toEqual([expected.precision, expected.recall]);
        expect(score.f1).toBeCloseTo(expected.f1 ?? Number.NaN, 12);
      }
    });
  }

  it('0.6, background and counted are the defaults', () => {
    const run = fixture.runs.find(
      ({ options: { threshold, unsure, withoutTruth } }) =>
        threshold === 0.6 && unsure === 'background' && withoutTruth === 'counted',
    );
    expect(averagePrecision(images)).toBeCloseTo(run?.average ?? Number.NaN, 12);
  });

  for (const { images: which, unsure, thresholds, average } of fixture.coco)
    it(`COCO at ${thresholds ?? 'all thresholds'}, unsure ${unsure}, images ${which}`, () => {
      const members = which === 'all' ? images : [...images, crowded];
      const options = thresholds === null ? { unsure } : { unsure, thresholds };
      expect(cocoAveragePrecision(members, options)).toBeCloseTo(average, 12);
    });

  it('panoptic quality of label images', () => {
    const { images: pairs, counts, quality, segmentation, recognition } = fixture.panoptic;
    const result = panopticQuality(
      pairs.map(({ truths, detections }, k) =>
        image(
          `${k}`,
          truths.map(instanceOf),
          detections.map((packed) => ({ ...instanceOf(packed), confidence: 1 })),
        ),
      ),
    );
    const { truePositive, falsePositive, falseNegative } = result;
    expect([truePositive, falsePositive, falseNegative]).toEqual(counts);
    expect(result.quality).toBeCloseTo(quality, 12);
    expect(result.segmentation).toBeCloseTo(segmentation, 12);
    expect(result.recognition).toBeCloseTo(recognition, 12);
  });
});

describe('by hand', () => {
  it('average precision of two truths and three detections', () => {
    // Ranked: hit, miss, hit. Precision 1, 1/2, 2/3, its envelope 1, 2/3, 2/3: (1 + 2/3) / 2 = 5/6.
    const images = [
      image('a', [bar(0, 10)], [found(0.9, 0, 10), found(0.8, 30, 10)]),
      image('b', [bar(0, 10)], [found(0.7, 0, 9)]),
    ];
    expect(averagePrecision(images)).toBeCloseTo(5 / 6, 15);
    expect(precisionRecallCurve(images)).toEqual([
      { confidence: 0.9, precision: 1, recall: 0.5, envelope: 1 },
      { confidence: 0.8, precision: 1 / 2, recall: 0.5, envelope: 2 / 3 },
      { confidence: 0.7, precision: 2 / 3, recall: 1, envelope: 2 / 3 },
    ]);
    // COCO: recalls 0 to 0.5 (51 of them) have precision 1, the other 50 have 2/3.
    expect(cocoAveragePrecision(images, { thresholds: [0.6] })).toBeCloseTo(
      (51 + 50 * (2 / 3)) / 101,
      14,
    );
    // The pair of IoU 0.9 counts at 0.5 to 0.9, the other at all ten: 51 / 101 where only one is left.
    expect(cocoAveragePrecision(images)).toBeCloseTo(
      (9 * ((51 + 50 * (2 / 3)) / 101) + 51 / 101) / 10,
      14,
    );
    expect(instanceScore(images, { minimumConfidence: 0.8 })).toEqual({
      truePositive: 1,
      falsePositive: 1,
      falseNegative: 1,
      precision: 1 / 2,
      recall: 1 / 2,
      f1: 1 / 2,
    });
    // IoU 1 and 0.9, one false positive: PQ = 1.9 / (2 + 1/2), SQ = 1.9 / 2, RQ = 2 / 2.5.
    const panoptic = panopticQuality(images);
    expect(panoptic.quality).toBeCloseTo(0.76, 15);
    expect(panoptic.segmentation).toBeCloseTo(0.95, 15);
    expect(panoptic.recognition).toBeCloseTo(0.8, 15);
    expect(panopticQuality(images, { minimumConfidence: 0.9 }).quality).toBe(1 / 1.5);
  });

  it('an IoU of the threshold is enough; for panoptic quality half is not', () => {
    // 6 of 10 pixels, and 5 of 10.
    const images = [image('a', [bar(0, 10)], [found(1, 0, 6)])];
    expect(averagePrecision(images)).toBe(1);
    expect(averagePrecision(images, { threshold: 0.61 })).toBe(0);
    expect(panopticQuality(images).quality).toBe(0.6);
    const half = [image('a', [bar(0, 10)], [found(1, 0, 5)])];
    expect(panopticQuality(half).quality).toBe(0);
    expect(panopticQuality(half).segmentation).toBeNull();
    expect(averagePrecision(half, { threshold: 0.5 })).toBe(1);
  });

  it('a detection looks only at its best truth; COCO lets it take the next', () => {
    // Truths of columns 0 to 9 and 2 to 11. The second detection, columns 1 to 9, overlaps best with
    // the first truth (9/10) and well with the second (8/11 = 0.73).
    const one = image('a', [bar(0, 10), bar(2, 10)], [found(0.9, 0, 10), found(0.8, 1, 9)]);
    expect(matchBestOverlap(one, 0.6, 'background')).toEqual(['true positive', 'false positive']);
    expect(matchBestFree(one, 0.6, 'background')).toEqual(['true positive', 'true positive']);
    expect(averagePrecision([one])).toBe(0.5);
    expect(cocoAveragePrecision([one], { thresholds: [0.6] })).toBe(1);
  });

  it('of truths that it overlaps with alike, a detection takes the first; for COCO the last', () => {
    // Columns 1 to 10 against 0 to 9 and 2 to 11: 9/11 both. The truths themselves overlap by 8/12.
    const first = (then: Detection) =>
      image('a', [bar(0, 10), bar(2, 10)], [found(0.9, 1, 10), then]);
    const second = (outcomes: string[]) => outcomes[1];
    const [a, b] = [first(found(0.8, 0, 10)), first(found(0.8, 2, 10))];
    expect(second(matchBestOverlap(a, 0.7, 'background'))).toBe('false positive');
    expect(second(matchBestOverlap(b, 0.7, 'background'))).toBe('true positive');
    expect(second(matchBestFree(a, 0.7, 'background'))).toBe('true positive');
    expect(second(matchBestFree(b, 0.7, 'background'))).toBe('false positive');
  });

  it('a recall of 7/20 does not reach the 0.35 of COCO, which is a little more', () => {
    // 7 hits, a miss, 13 hits: precision 1 at the levels 0 to 0.34, 20/21 at the other 66.
    const truths = Array.from({ length: 20 }, (_, k) => found(0.9 - k / 100, 20 * k, 10));
    const images = [image('a', truths, [...truths, found(0.835, 900, 1)])];
    const options = { thresholds: [0.5] };
    expect(cocoAveragePrecision(images, options)).toBeCloseTo((35 + (66 * 20) / 21) / 101, 14);
  });

  it('of instances that overlap, panoptic quality pairs the best, each once', () => {
    // IoU 0.8 and 0.9 with one truth: 0.9 / (1 + 1/2).
    const twice = image('a', [bar(0, 10)], [found(1, 0, 8), found(0.5, 0, 9)]);
    expect(panopticQuality([twice]).quality).toBeCloseTo(0.6, 15);
    // IoU 1 and 9/11 with two truths: 1 / (1 + 1/2).
    const both = image('a', [bar(1, 10), bar(0, 10)], [found(1, 0, 10)]);
    expect(panopticQuality([both]).quality).toBe(1 / 1.5);
  });

  it('an unsure region that is ignored takes what finds it, any number of times', () => {
    const unsure = [bar(20, 10)];
    const detections = [
      found(0.9, 20, 10),
      found(0.8, 20, 9),
      found(0.7, 0, 10),
      found(0.6, 22, 2),
    ];
    const one = image('a', [bar(0, 10)], detections, unsure);
    expect(averagePrecision([one])).toBeCloseTo(1 / 3, 15);
    expect(averagePrecision([one], { unsure: 'ignored' })).toBe(1);
    // The small one inside has an IoU of 0.2 with the region, and lies in it whole.
    const last = (outcomes: string[]) => outcomes[3];
    expect(last(matchBestOverlap(one, 0.6, 'ignored'))).toBe('false positive');
    expect(last(matchBestFree(one, 0.6, 'ignored'))).toBe('ignored');
    expect(last(matchBestFree(one, 0.6, 'background'))).toBe('false positive');
    // Where a truth fits as well as the region, it is the truth.
    const same = image('a', [bar(20, 10)], detections, unsure);
    expect(matchBestOverlap(same, 0.6, 'ignored')[0]).toBe('true positive');
  });

  it('what is found where nothing is lowers the score, unless such images are left out', () => {
    const images = [
      image('a', [bar(0, 10)], [found(0.5, 0, 10)]),
      image('b', [], [found(0.9, 0, 10)]),
    ];
    expect(averagePrecision(images)).toBe(0.5);
    expect(averagePrecision(images, { withoutTruth: 'left out' })).toBe(1);
  });

  it('COCO counts the 100 most confident detections of an image', () => {
    const detections = Array.from({ length: 100 }, (_, k) => found(0.9, 20 + k, 1));
    const truth = found(0.5, 0, 10);
    const options = { thresholds: [0.5] };
    expect(cocoAveragePrecision([image('a', [truth], [...detections, truth])], options)).toBe(0);
    const fewer = [image('a', [truth], [...detections.slice(1), truth])];
    expect(cocoAveragePrecision(fewer, options)).toBeCloseTo(1 / 100, 15);
  });

  it('equal confidences are ranked by the id of the image, then as given', () => {
    // Hit, miss by id: precision 1. The other way round: 1/2.
    const hit = (id: string) => image(id, [bar(0, 10)], [found(0.5, 0, 10)]);
    const miss = (id: string) => image(id, [], [found(0.5, 0, 10)]);
    expect(averagePrecision([miss('b'), hit('a')])).toBe(1);
    expect(averagePrecision([miss('B'), hit('a')])).toBe(0.5);
    expect(cocoAveragePrecision([miss('B'), hit('a')])).toBe(0.5);
    const two = [found(0.5, 0, 10), found(0.5, 30, 10)];
    expect(averagePrecision([image('a', [bar(0, 10)], two)])).toBe(1);
    expect(averagePrecision([image('a', [bar(0, 10)], two.toReversed())])).toBe(0.5);
  });
});

describe('what is undefined', () => {
  const truth = image('a', [bar(0, 10)], []);
  const detection = image('b', [], [found(1, 0, 10)]);
  const values = (images: ComparedImage[]) => {
    const { precision, recall, f1 } = instanceScore(images);
    const { quality, segmentation, recognition } = panopticQuality(images);
    return [
      [averagePrecision(images), cocoAveragePrecision(images)],
      [precision, recall, f1],
      [quality, segmentation, recognition],
    ];
  };

  it('is null, and never NaN', () => {
    const nothing = [
      [null, null],
      [null, null, null],
      [null, null, null],
    ];
    expect(values([])).toEqual(nothing);
    expect(values([image('c', [], [])])).toEqual(nothing);
    expect(values([detection])).toEqual([
      [null, null],
      [0, null, 0],
      [0, null, 0],
    ]);
    expect(values([truth])).toEqual([
      [0, 0],
      [null, 0, 0],
      [0, null, 0],
    ]);
    expect(precisionRecallCurve([detection])).toBeNull();
    expect(precisionRecallCurve([truth])).toEqual([]);
  });

  it('an instance without pixels overlaps with nothing', () => {
    const none: Instance = {
      box: { x: 0, y: 0, width: 0, height: 0 },
      mask: new Uint8Array(),
      area: 0,
    };
    expect([...pairwiseIou([none, bar(0, 1)], [none, bar(0, 1)])]).toEqual([0, 0, 0, 1]);
    const one = image('a', [bar(0, 10)], [{ ...none, confidence: 1 }], [bar(0, 1)]);
    expect([...one.unsureShare]).toEqual([0]);
    expect(averagePrecision([one])).toBe(0);
  });
});

describe('refuses', () => {
  it('a confidence that is no number, and a mask that is not of its box', () => {
    expect(() => image('t7', [], [found(1, 0, 3), found(Number.NaN, 0, 3)])).toThrow(
      'image t7: detections[1] has confidence NaN, not a finite number',
    );
    const wrong = { ...bar(0, 3), mask: new Uint8Array(4) };
    expect(() => image('t7', [wrong], [])).toThrow(
      'image t7: truths[0] has a mask of 4 pixels in a box of width 3 x height 1',
    );
  });

  it('thresholds out of range, none at all, and an id given twice', () => {
    for (const threshold of [0, -1, 1.01, Number.NaN]) {
      expect(() => averagePrecision([], { threshold })).toThrow(`IoU threshold ${threshold}`);
      expect(() => cocoAveragePrecision([], { thresholds: [0.5, threshold] })).toThrow(
        `IoU threshold ${threshold}`,
      );
    }
    expect(() => cocoAveragePrecision([], { thresholds: [] })).toThrow('no IoU threshold');
    const one = image('x', [bar(0, 1)], []);
    expect(() => averagePrecision([one, image('y', [], []), one])).toThrow('have the id x');
  });
});

describe('properties', () => {
  const instances = fc.array(
    fc.record({ x: fc.nat(30), length: fc.integer({ min: 1, max: 12 }), y: fc.nat(1) }),
    { maxLength: 5 },
  );
  const scene = fc.record({
    truths: instances,
    unsure: instances,
    found: fc.array(fc.tuple(fc.nat(6), fc.nat(30), fc.integer({ min: 1, max: 12 }), fc.nat(1)), {
      maxLength: 8,
    }),
  });
  type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;
  const scenes = fc.array(scene, { maxLength: 5 });
  const compare = (one: Scene, k: number, last: readonly Detection[]): ComparedImage =>
    image(
      `image ${k}`,
      one.truths.map(({ x, length, y }) => bar(x, length, y)),
      [...one.found.map(([tenths, ...where]) => found(0.2 + tenths / 10, ...where)), ...last],
      one.unsure.map(({ x, length, y }) => bar(x, length, y)),
    );
  const options = fc.record({
    threshold: fc.constantFrom(0.1, 0.5, 0.6, 1),
    unsure: fc.constantFrom<UnsureRule[]>('background', 'ignored'),
  });
  const all = (
    images: ComparedImage[],
    { threshold, unsure }: { threshold: number; unsure: UnsureRule },
  ) => ({
    average: averagePrecision(images, { threshold, unsure }),
    coco: cocoAveragePrecision(images, { thresholds: [threshold], unsure }),
    score: instanceScore(images, { threshold, unsure }),
    curve: precisionRecallCurve(images, { threshold, unsure }),
  });

  it('the order of images makes no difference', () => {
    fc.assert(
      fc.property(scenes, options, ([...list], rule) => {
        const images = list.map((one, k) => compare(one, k, []));
        expect(all(images.toReversed(), rule)).toEqual(all(images, rule));
        const [a, b] = [images, images.toReversed()].map((some) => panopticQuality(some));
        expect(b.quality).toEqual(a.quality === null ? null : expect.closeTo(a.quality, 12));
      }),
    );
  });

  it('values are from 0 to 1, and the curve says what the score says', () => {
    fc.assert(
      fc.property(scenes, options, (list, rule) => {
        const images = list.map((one, k) => compare(one, k, []));
        const { average, coco, score, curve } = all(images, rule);
        for (const value of [average, coco, ...Object.values(panopticQuality(images)).slice(3)])
          expect(value === null || (value >= 0 && value <= 1)).toBe(true);
        const last = curve?.at(-1);
        if (last !== undefined)
          expect([last.precision, last.recall]).toEqual([score.precision, score.recall]);
        // A lone rise of recall at the envelope's first precision is the most there can be.
        if (average !== null) expect(average).toBeLessThanOrEqual(score.recall ?? 0);
      }),
    );
  });

  it('a detection ranked below all others never lowers the area; a miss leaves it as it is', () => {
    const bars = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(scenes, options, bars, (list, rule, [x, length]) => {
        const areas = (...last: Detection[]) => {
          const { average, coco } = all(
            list.map((one, k) => compare(one, k, last)),
            rule,
          );
          return [average, coco];
        };
        const before = areas();
        expect(areas(found(0.1, 100, length))).toEqual(before);
        areas(found(0.1, x, length)).forEach((area, k) => {
          expect(area ?? 0).toBeGreaterThanOrEqual(before[k] ?? 0);
        });
      }),
    );
  });

  it('finding every truth as it is, and nothing else, is 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.nat(8), { minLength: 1 }), { minLength: 1 }),
        (list) => {
          const images = list.map((places, k) =>
            image(
              `${k}`,
              places.map((place) => bar(20 * place, 10)),
              places.map((place) => found(place / 10, 20 * place, 10)),
            ),
          );
          const { average, coco, score } = all(images, { threshold: 1, unsure: 'background' });
          const { quality, segmentation, recognition } = panopticQuality(images);
          expect([average, coco, cocoAveragePrecision(images)]).toEqual([1, 1, 1]);
          expect([score.precision, score.recall, score.f1]).toEqual([1, 1, 1]);
          expect([quality, segmentation, recognition]).toEqual([1, 1, 1]);
        },
      ),
    );
  });

  it('a confidence that rises strictly with another ranks the same', () => {
    fc.assert(
      fc.property(scenes, options, (list, rule) => {
        const images = list.map((one, k) => compare(one, k, []));
        const squared = images.map((one) => ({
          ...one,
          confidences: one.confidences.map((confidence) => confidence ** 2),
        }));
        expect(averagePrecision(squared, rule)).toBe(averagePrecision(images, rule));
      }),
    );
  });
});

it("COCO's thresholds", () => {
  expect(cocoThresholds).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]);
});
