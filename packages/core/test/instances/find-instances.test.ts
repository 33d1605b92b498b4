import {
  claimInstances,
  claimName,
  connectedComponents,
  type Detection,
  detectInstances,
  findInstances,
  finishInstances,
  type InstanceRule,
  notebookRule,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture, unpackMask } from '../packed-mask.js';

interface Case {
  readonly width: number;
  readonly height: number;
  readonly thousandths: number[];
  readonly glomeruli: string;
  readonly runs: {
    readonly name: string;
    readonly rule: InstanceRule;
    readonly instances: { readonly row: number[]; readonly mask: string }[];
  }[];
}

const anyMap = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      probability: fc
        .array(fc.integer({ min: 0, max: 10 }), {
          minLength: width * height,
          maxLength: width * height,
        })
        .map((tenths) => Float32Array.from(tenths, (value) => value / 10)),
    }),
  );

const anyRule: fc.Arbitrary<InstanceRule> = fc.record({
  connectivity: fc.constantFrom(4 as const, 8 as const),
  low: fc.constantFrom(0.4, 0.5),
  high: fc.constantFrom(0.5, 0.8),
  maximumHoleArea: fc.constantFrom(0, 3, 100),
  weak: fc.constantFrom(null, 0.2, 0.4),
  splitProminence: fc.constantFrom(null, 0.1, 0.5, 1),
  minimumArea: fc.nat(3),
  maximumGlomerulusShare: fc.constant(1),
  dilation: fc.constantFrom(0, 1, 2.5),
  sizeScale: fc.constantFrom(0, 5),
  calibration: fc.constantFrom(null, [[0.5, 0.3] as const, [0.9, 0.8] as const]),
});

/** Pixels of the image, by index. */
const pixelsOf = ({ box, mask }: Detection, width: number): number[] =>
  [...mask.keys()]
    .filter((at) => mask[at] === 1)
    .map((at) => (box.y + Math.floor(at / box.width)) * width + box.x + (at % box.width));

describe('findInstances equals SciPy, OpenCV and NumPy', () => {
  for (const { width, height, thousandths, glomeruli, runs } of readFixture<Case[]>(
    'instances.json',
  ))
    for (const { name, rule, instances } of runs)
      it(`${width} x ${height}, rule: ${name}`, () => {
        const probability = Float32Array.from(thousandths, (value) => value / 1000);
        const context = { glomeruli: unpackMask(glomeruli, width * height) };
        const found = findInstances(probability, width, height, rule, context);
        expect(found.map(({ box, area }) => [box.x, box.y, box.width, box.height, area])).toEqual(
          instances.map(({ row }) => row.slice(0, 5)),
        );
        found.forEach(({ mask, confidence }, k) => {
          expect(mask).toEqual(unpackMask(instances[k].mask, mask.length));
          expect(confidence).toBeCloseTo(instances[k].row[5], 12);
        });
      });
});

describe('findInstances', () => {
  it("by the notebook's rule gives components and the means of their sums, bit for bit", () => {
    fc.assert(
      fc.property(anyMap, ({ probability, width, height }) => {
        const found = findInstances(probability, width, height, notebookRule);
        expect(found).toEqual(
          detectInstances(probability, width, height, { cutoff: 0.8, connectivity: 8 }),
        );
        const above = Uint8Array.from(probability, (value) => (value > Math.fround(0.8) ? 1 : 0));
        const { labels, count, components } = connectedComponents(above, width, height, 8);
        const sums = new Float64Array(count + 1);
        labels.forEach((label, at) => {
          sums[label] += probability[at];
        });
        expect(found.map(({ box, area, confidence }) => ({ box, area, confidence }))).toEqual(
          components.map(({ box, area, label }) => ({
            box,
            area,
            confidence: sums[label] / area,
          })),
        );
      }),
    );
  });

  it('gives instances that share no pixel, with tight boxes, true areas and confidences of 0 to 1', () => {
    fc.assert(
      fc.property(anyMap, anyRule, ({ probability, width, height }, rule) => {
        const taken = new Set<number>();
        for (const instance of findInstances(probability, width, height, rule)) {
          const { box, area, confidence } = instance;
          const pixels = pixelsOf(instance, width);
          expect(pixels.length).toBe(area);
          expect(area).toBeGreaterThanOrEqual(Math.max(rule.minimumArea, 1));
          for (const at of pixels) expect(taken.has(at)).toBe(false);
          for (const at of pixels) taken.add(at);
          const columns = pixels.map((at) => at % width);
          const rows = pixels.map((at) => Math.floor(at / width));
          expect([Math.min(...columns), Math.max(...columns)]).toEqual([
            box.x,
            box.x + box.width - 1,
          ]);
          expect([Math.min(...rows), Math.max(...rows)]).toEqual([box.y, box.y + box.height - 1]);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('with weak candidates keeps what it finds without them, and ranks them below', () => {
    fc.assert(
      fc.property(
        anyMap,
        fc.constantFrom(0, 3, 100),
        ({ probability, width, height }, maximumHoleArea) => {
          const rule = { ...notebookRule, low: 0.7, high: 0.7, maximumHoleArea };
          const strong = findInstances(probability, width, height, rule);
          const both = findInstances(probability, width, height, { ...rule, weak: 0.4 });
          const ranked = both.toSorted((a, b) => b.confidence - a.confidence);
          const first = ranked.slice(0, strong.length);
          expect(new Set(first.map((one) => JSON.stringify(one)))).toEqual(
            new Set(strong.map((one) => JSON.stringify(one))),
          );
          for (const { confidence } of ranked.slice(strong.length))
            for (const one of strong) expect(confidence).toBeLessThan(one.confidence);
        },
      ),
    );
  });

  it('takes neighbours over corners as the rule says', () => {
    const probability = Float32Array.from([0.9, 0, 0, 0, 0.6, 0, 0, 0, 0.6]);
    const rule = { ...notebookRule, low: 0.5 };
    const areas = (connectivity: 4 | 8) =>
      findInstances(probability, 3, 3, { ...rule, connectivity }).map(({ area }) => area);
    expect(areas(8)).toEqual([3]);
    expect(areas(4)).toEqual([1]);
  });

  it('takes filled holes into the area and not into the mean, be they NaN', () => {
    const probability = new Float32Array(25).fill(0.9);
    probability[12] = Number.NaN;
    const rule = { ...notebookRule, maximumHoleArea: 1 };
    expect(findInstances(probability, 5, 5, rule)).toMatchObject([
      { area: 25, confidence: Math.fround(0.9) },
    ]);
  });

  it('measures areas, glomeruli and confidence before dilation', () => {
    const probability = Float32Array.from([0, 0, 0, 0.9, 0, 0, 0]);
    const glomeruli = Uint8Array.from([1, 1, 1, 0, 1, 1, 1]);
    const rule = { ...notebookRule, minimumArea: 1, dilation: 2, maximumGlomerulusShare: 0 };
    const [grown] = findInstances(probability, 7, 1, rule, { glomeruli });
    expect(grown).toMatchObject({
      box: { x: 1, y: 0, width: 5, height: 1 },
      area: 5,
      confidence: Math.fround(0.9),
    });
    expect(findInstances(probability, 7, 1, { ...rule, minimumArea: 2 }, { glomeruli })).toEqual(
      [],
    );
  });

  it('finishes what any rule of the same name claimed', () => {
    fc.assert(
      fc.property(anyMap, anyRule, anyRule, ({ probability, width, height }, rule, other) => {
        const { minimumArea, dilation, sizeScale, calibration } = other;
        const second = { ...rule, minimumArea, dilation, sizeScale, calibration };
        expect(claimName(second)).toBe(claimName(rule));
        const claimed = claimInstances(probability, width, height, rule);
        expect(finishInstances(claimed, width, height, second)).toEqual(
          findInstances(probability, width, height, second),
        );
      }),
    );
  });

  it('finds nothing in nothing', () => {
    const everything = { ...notebookRule, weak: 0.1, maximumHoleArea: 9, splitProminence: 1 };
    for (const [width, height] of [
      [0, 0],
      [0, 4],
      [3, 2],
    ])
      expect(
        findInstances(new Float32Array(width * height), width, height, {
          ...everything,
          dilation: 2,
        }),
      ).toEqual([]);
  });

  it('refuses a map of another size, and glomeruli that are missing or of another size', () => {
    const map = new Float32Array(6);
    expect(() => findInstances(map, 4, 2, notebookRule)).toThrow(
      'probability of 6 pixels for width 4 x height 2 = 8',
    );
    const rule = { ...notebookRule, maximumGlomerulusShare: 0.5 };
    expect(() => findInstances(map, 3, 2, rule)).toThrow('3 x height 2 = 6 pixels, got none');
    expect(() => findInstances(map, 3, 2, rule, { glomeruli: new Uint8Array(5) })).toThrow('got 5');
  });
});
