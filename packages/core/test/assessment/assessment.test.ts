import {
  Assessor,
  addToRanking,
  addToReliability,
  assessTile,
  averagePrecision,
  cocoAveragePrecision,
  compareInstances,
  emptyRanking,
  emptyReliability,
  fillPolygons,
  findInstances,
  formatAssessment,
  type HeadlineName,
  headlineNames,
  type ImageScore,
  instanceScore,
  instancesOfOutlines,
  neighbourDifference,
  notebookRule,
  overlap,
  type Point,
  type PredictedTile,
  panopticQuality,
  pixelAveragePrecision,
  precisionRecallCurve,
  rocAuc,
  rowIou,
  summarise,
  summariseReliability,
  threshold,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFixture } from '../packed-mask.js';

interface Bounds {
  readonly value: number;
  readonly byTile: [number, number];
  readonly bySlide: [number, number];
}
interface Boundaries {
  readonly boundaryF: [mean: number | null, tiles: number];
  readonly hd95: [mean: number | null, tiles: number];
}
const fixture = readFixture<
  Boundaries & {
    size: number;
    cutoff: number;
    seed: number;
    tiles: {
      id: string;
      dataset: number;
      source: number;
      outlines: Point[][];
      thousandths: number[];
    }[];
    headlines: Record<HeadlineName, Bounds>;
    groups: (Boundaries & {
      dataset: number;
      source: number;
      values: Record<HeadlineName, number>;
    })[];
    beside: string[];
    difference: Record<HeadlineName, Omit<Bounds, 'byTile'>>;
  }
>('assessment.json');

const ruleAt = (cutoff: number) => ({
  cutoff,
  instances: { ...notebookRule, low: cutoff, high: cutoff },
});

function predicted(
  place: Pick<ImageScore, 'id' | 'dataset' | 'source'>,
  outlines: readonly (readonly Point[])[],
  probability: Float32Array,
  size: number,
  cutoff: number,
): PredictedTile {
  const truth = fillPolygons(outlines, size, size);
  const mask = threshold(probability, cutoff);
  return {
    score: { ...place, counts: overlap(truth, mask), rowIou: rowIou(truth, mask, size) },
    width: size,
    height: size,
    truth,
    vessels: instancesOfOutlines(outlines, size, size),
    probability,
  };
}

const tiles = fixture.tiles.map(({ outlines, thousandths, ...place }) =>
  predicted(
    place,
    outlines,
    Float32Array.from(thousandths, (value) => value / 1000),
    fixture.size,
    fixture.cutoff,
  ),
);

function assess(of: readonly PredictedTile[], cutoff: number, seed = 0) {
  const assessor = new Assessor(ruleAt(cutoff));
  const assessed = of.map((tile) => assessor.add(tile));
  return { assessed, assessment: assessor.assessment(seed) };
}

describe('against NumPy, OpenCV and SciPy on whole masks', () => {
  const { assessed, assessment } = assess(tiles, fixture.cutoff, fixture.seed);

  test.each(headlineNames)('%s of all tiles, its interval by tile and by slide', (name) => {
    const { value, byTile, bySlide } = assessment.overall.headlines[name];
    const expected = fixture.headlines[name];
    expect(value).toBeCloseTo(expected.value, 12);
    expect(byTile?.low).toBeCloseTo(expected.byTile[0], 9);
    expect(byTile?.high).toBeCloseTo(expected.byTile[1], 9);
    expect(bySlide?.low).toBeCloseTo(expected.bySlide[0], 9);
    expect(bySlide?.high).toBeCloseTo(expected.bySlide[1], 9);
  });

  test('every number of each (dataset, source); a slide alone has no interval by slide', () => {
    expect(assessment.groups.map(({ dataset, source }) => [dataset, source])).toEqual(
      fixture.groups.map(({ dataset, source }) => [dataset, source]),
    );
    for (const [k, group] of assessment.groups.entries())
      for (const name of headlineNames) {
        expect(group.headlines[name].value).toBeCloseTo(fixture.groups[k].values[name], 12);
        expect(group.headlines[name].bySlide).toBeNull();
      }
    expect(assessment.groups[1].headlines.meanIou.byTile).not.toBeNull();
  });

  test('boundary F and HD95, means over the tiles where they are defined', () => {
    for (const [row, expected] of [
      [assessment.overall, fixture] as const,
      ...assessment.groups.map((group, k) => [group, fixture.groups[k]] as const),
    ]) {
      expect([row.boundaryTiles, row.hd95Tiles]).toEqual([expected.boundaryF[1], expected.hd95[1]]);
      expect(row.boundaryF).toBeCloseTo(expected.boundaryF[0] ?? Number.NaN, 12);
      expect(row.hd95).toBeCloseTo(expected.hd95[0] ?? Number.NaN, 9);
    }
    expect(assessment.overall.boundaryTiles).toBeLessThan(tiles.length);
  });

  test.each(headlineNames)('%s: how tiles beside training tiles differ from the others', (name) => {
    const { beside, apart, difference } = neighbourDifference(assessed, fixture.beside, {
      seed: fixture.seed,
    });
    expect([beside.images, apart.images]).toEqual([fixture.beside.length, 5]);
    const expected = fixture.difference[name];
    expect(difference[name].value).toBeCloseTo(expected.value, 12);
    expect(difference[name].bySlide?.low).toBeCloseTo(expected.bySlide[0], 9);
    expect(difference[name].bySlide?.high).toBeCloseTo(expected.bySlide[1], 9);
    expect((beside.headlines[name].value ?? 0) - (apart.headlines[name].value ?? 0)).toBeCloseTo(
      difference[name].value ?? Number.NaN,
      12,
    );
    const { byTile } = difference[name];
    expect(byTile?.low).toBeLessThan(byTile?.high ?? Number.NaN);
  });
});

test('assessors put together measure as one that had all the tiles', () => {
  const whole = assess(tiles, fixture.cutoff, 3).assessment;
  const parts = [tiles.slice(0, 2), [], tiles.slice(2)].map((of) => {
    const assessor = new Assessor(ruleAt(fixture.cutoff));
    for (const tile of of) assessor.add(tile);
    return assessor;
  });
  const before = parts.map((part) => part.assessment(3));
  const together = new Assessor(ruleAt(fixture.cutoff));
  for (const part of parts) together.include(part);
  expect(together.assessment(3)).toEqual(whole);
  expect(parts.map((part) => part.assessment(3))).toEqual(before);
});

const size = 16;
const anyRing = fc.array(
  fc.tuple(fc.integer({ min: -3, max: size + 2 }), fc.integer({ min: -3, max: size + 2 })),
  { minLength: 1, maxLength: 6 },
);
const anyTile = fc.record({
  dataset: fc.integer({ min: 1, max: 2 }),
  source: fc.integer({ min: 1, max: 3 }),
  outlines: fc.array(anyRing as fc.Arbitrary<Point[]>, { maxLength: 4 }),
  // Often the vessels themselves, so that some are found.
  noise: fc.array(fc.integer({ min: 0, max: 10 }), {
    minLength: size * size,
    maxLength: size * size,
  }),
  isFound: fc.boolean(),
});
const cutoff = 0.45;
const anyTiles = fc.array(anyTile, { maxLength: 7 }).map((some) =>
  some.map(({ outlines, noise, isFound, ...place }, k) => {
    const truth = fillPolygons(outlines, size, size);
    const probability = Float32Array.from(noise, (value, at) =>
      isFound ? (truth[at] === 1 ? 1 - value / 20 : value / 24) : value / 10,
    );
    return predicted({ ...place, id: `t${k}` }, outlines, probability, size, cutoff);
  }),
);

test('all of it is what the metrics give of all tiles at once', () => {
  let found = 0;
  fc.assert(
    fc.property(anyTiles, (some) => {
      const { overall, precisionRecallCurve: curve } = assess(some, cutoff).assessment;
      const images = some.map(({ score, vessels, probability }) =>
        compareInstances({
          id: score.id,
          truths: vessels,
          detections: findInstances(probability, size, size, ruleAt(cutoff).instances),
        }),
      );
      const { overall: masks } = summarise(some.map(({ score }) => score));
      const instances = instanceScore(images);
      const panoptic = panopticQuality(images);
      const value = (name: HeadlineName) => overall.headlines[name].value;
      const same = (a: number | null, b: number | null) => {
        if (b === null) expect(a).toBeNull();
        else expect(a).toBeCloseTo(b, 12);
      };
      same(value('meanIou'), masks.meanIou);
      same(value('meanDice'), masks.meanDice);
      same(value('pooledIou'), masks.pooledIou);
      same(value('pooledDice'), masks.pooledDice);
      same(value('averagePrecision'), averagePrecision(images));
      same(value('f1'), instances.f1);
      same(value('panopticQuality'), panoptic.quality);
      same(overall.precision, instances.precision);
      same(overall.recall, instances.recall);
      expect(overall.truePositives).toBe(instances.truePositive);
      expect(overall.vessels).toBe(instances.truePositive + instances.falseNegative);
      expect(overall.detections).toBe(instances.truePositive + instances.falsePositive);
      same(overall.segmentationQuality, panoptic.segmentation);
      same(overall.recognitionQuality, panoptic.recognition);
      same(overall.cocoAveragePrecision, cocoAveragePrecision(images));
      const points = precisionRecallCurve(images);
      if (points === null) expect(curve).toBeNull();
      else {
        for (const point of curve ?? []) expect(points).toContainEqual(point);
        expect(curve?.at(-1)).toEqual(points.at(-1));
      }
      found += instances.truePositive;
      const ranking = emptyRanking();
      const reliability = emptyReliability(15);
      for (const { probability, truth } of some) {
        addToRanking(ranking, probability, truth);
        addToReliability(reliability, probability, truth);
      }
      expect(overall.pixelRocAuc).toEqual(rocAuc(ranking));
      expect(overall.pixelAveragePrecision).toEqual(pixelAveragePrecision(ranking));
      const expected = summariseReliability(reliability);
      same(overall.calibration.brierScore, expected.brierScore);
      same(overall.calibration.expectedCalibrationError, expected.expectedCalibrationError);
    }),
    { numRuns: 60 },
  );
  expect(found).toBeGreaterThan(30);
});

/** A tile of single pixels, found or not, the most confident first; all vessels are found. */
function pixels(hits: readonly boolean[], side: number): PredictedTile {
  const probability = new Float32Array(side * side);
  const outlines: Point[][] = [];
  hits.forEach((hit, k) => {
    const columns = Math.ceil(side / 2);
    const [x, y] = [2 * (k % columns), 2 * Math.floor(k / columns)];
    probability[y * side + x] = 0.9 - k / 1000;
    if (hit) outlines.push([[x, y]]);
  });
  return predicted({ id: 'a', dataset: 1, source: 1 }, outlines, probability, side, 0.5);
}

test('of a long curve both ends are kept, and a point of each two-hundredth of recall', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 350 }), (hits) => {
      const tile = pixels(hits, 38);
      const detections = findInstances(tile.probability, 38, 38, ruleAt(0.5).instances);
      const truths = tile.vessels;
      const whole = precisionRecallCurve([compareInstances({ id: 'a', truths, detections })]);
      const kept = assess([tile], 0.5).assessment.precisionRecallCurve;
      if (whole === null || kept === null) {
        expect(kept).toBe(whole);
        return;
      }
      expect(kept.length).toBeLessThanOrEqual(202);
      expect([kept[0], kept.at(-1)]).toEqual([whole[0], whole.at(-1)]);
      const confidences = kept.map(({ confidence }) => confidence);
      expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
      for (const point of kept) expect(whole).toContainEqual(point);
      const stepOf = ({ recall }: { recall: number }) => Math.floor(recall * 200 + 1e-9);
      expect(new Set(kept.map(stepOf))).toEqual(new Set(whole.map(stepOf)));
    }),
    { numRuns: 25 },
  );
});

test('more detections than COCO counts: only there those beyond 100 are left out', () => {
  const side = 26;
  const hits = Array.from({ length: 169 }, (_, k) => k > 60);
  const tile = pixels(hits, side);
  const { overall } = assess([tile], 0.5).assessment;
  const detections = findInstances(tile.probability, side, side, ruleAt(0.5).instances);
  const image = compareInstances({ id: 'a', truths: tile.vessels, detections });
  expect(overall.detections).toBe(169);
  expect(overall.truePositives).toBe(108);
  expect(overall.cocoAveragePrecision).toBeCloseTo(cocoAveragePrecision([image]) ?? 0, 12);
  expect(overall.cocoAveragePrecision).toBeLessThan(averagePrecision([image]) ?? 0);
});

describe('what cannot be measured is null', () => {
  const nothing = (id: string, source: number) =>
    predicted({ id, dataset: 1, source }, [], new Float32Array(64), 8, 0.5);

  test('no tiles', () => {
    const { overall, groups, precisionRecallCurve: curve } = assess([], 0.5).assessment;
    expect({ groups, curve }).toEqual({ groups: [], curve: null });
    for (const name of headlineNames)
      expect(overall.headlines[name]).toEqual({ value: null, byTile: null, bySlide: null });
    expect(overall).toMatchObject({
      images: 0,
      slides: 0,
      precision: null,
      recall: null,
      cocoAveragePrecision: null,
      boundaryF: null,
      hd95: null,
      pixelRocAuc: null,
      calibration: { expectedCalibrationError: null },
    });
  });

  test('tiles without a vessel in which nothing was found: the masks agree, instances say nothing', () => {
    const { overall } = assess([nothing('a', 1), nothing('b', 2)], 0.5).assessment;
    const {
      meanIou,
      pooledDice,
      averagePrecision: ap,
      f1,
      panopticQuality: pq,
    } = overall.headlines;
    for (const perfect of [meanIou, pooledDice])
      expect(perfect).toEqual({
        value: 1,
        byTile: { low: 1, high: 1 },
        bySlide: { low: 1, high: 1 },
      });
    for (const none of [ap, f1, pq])
      expect(none).toEqual({ value: null, byTile: null, bySlide: null });
    expect(overall).toMatchObject({ boundaryF: null, hd95: null, pixelAveragePrecision: null });
  });

  test('a vessel and nothing found: 0, and no precision', () => {
    const outline: Point[] = [
      [1, 1],
      [5, 1],
      [5, 5],
      [1, 5],
    ];
    const tile = predicted(
      { id: 'a', dataset: 1, source: 1 },
      [outline],
      new Float32Array(64),
      8,
      0.5,
    );
    const { overall, precisionRecallCurve: curve } = assess([tile], 0.5).assessment;
    expect(overall.headlines.averagePrecision.value).toBe(0);
    expect(overall.headlines.f1.value).toBe(0);
    expect(overall.headlines.panopticQuality.value).toBe(0);
    expect(overall).toMatchObject({ precision: null, recall: 0, segmentationQuality: null });
    expect(overall).toMatchObject({ boundaryF: 0, boundaryTiles: 1, hd95: null, hd95Tiles: 0 });
    expect(curve).toEqual([]);
  });

  test('a difference without a side, or with one tile or slide on a side, has no interval', () => {
    const some = tiles.map((tile) => assessTile(tile, ruleAt(fixture.cutoff)));
    const none = neighbourDifference(some, [], { seed: 0 });
    expect(none.beside.images).toBe(0);
    expect(none.difference.meanIou).toEqual({ value: null, byTile: null, bySlide: null });
    const one = neighbourDifference(some, ['00'], { seed: 0 });
    expect(one.difference.meanIou.value).not.toBeNull();
    expect(one.difference.meanIou).toMatchObject({ byTile: null, bySlide: null });
    const ofOneSlide = neighbourDifference(some, ['00', '01'], { seed: 0 });
    expect(ofOneSlide.difference.meanIou.byTile).not.toBeNull();
    expect(ofOneSlide.difference.meanIou.bySlide).toBeNull();
  });
});

test('as text: headlines with intervals, vessels and pixels by group, - for what is undefined', () => {
  const { assessment } = assess(tiles, fixture.cutoff, fixture.seed);
  const lines = formatAssessment(assessment).split('\n');
  const { meanIou } = fixture.headlines;
  const range = ([low, high]: [number, number]) => `${low.toFixed(4)} to ${high.toFixed(4)}`;
  const words = (line = '') => line.trim().split(/ {2,}/);
  expect(words(lines[0])).toEqual(['value', '95 % by tile', '95 % by slide']);
  expect(words(lines[1])).toEqual([
    'IoU',
    meanIou.value.toFixed(4),
    range(meanIou.byTile),
    range(meanIou.bySlide),
  ]);
  expect(lines.filter((line) => /^ +all /.test(line))).toHaveLength(2);
  expect(lines.at(-1)).toContain('rest on 3 slides only and are too short');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(125);
  const empty = formatAssessment(assess([], 0.5).assessment);
  expect(empty).toMatch(/^ *IoU {2} +- {2} +- {2} +-$/m);
  expect(empty).toContain('no interval by slide');
  expect(empty).not.toMatch(/NaN|null/);
});
