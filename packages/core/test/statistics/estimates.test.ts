import { bootstrapInterval, drawnRatio, estimates, meanOf, slideNote } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('drawnRatio', () => {
  test('is the ratio of the sums over the items drawn', () => {
    const item = fc.record({ part: fc.nat(20), whole: fc.nat(20), count: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const ratio = drawnRatio(
          items.map(({ part }) => part),
          items.map(({ whole }) => whole),
        );
        const drawn = items.flatMap((one) => new Array<typeof one>(one.count).fill(one));
        const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
        const whole = sum(drawn.map((one) => one.whole));
        expect(ratio(Uint32Array.from(items, ({ count }) => count))).toBe(
          whole === 0 ? null : sum(drawn.map((one) => one.part)) / whole,
        );
      }),
    );
  });

  test('of nothing below the line it has the value given, and of no item none', () => {
    const ratio = drawnRatio([0, 3], [0, 4], 1);
    expect(ratio(Uint32Array.of(2, 0))).toBe(1);
    expect(ratio(Uint32Array.of(1, 1))).toBe(0.75);
    expect(ratio(Uint32Array.of(0, 0))).toBeNull();
    expect(() => drawnRatio([1], [])).toThrow('1 parts of 0 wholes');
  });
});

describe('estimates', () => {
  const values = [0.2, 0.9, 0.4, 0.7, 0.1, 0.6];
  const mean = drawnRatio(
    values,
    values.map(() => 1),
  );

  test('a value, and the intervals of bootstrapInterval by item and by slide', () => {
    const slides = [1, '1', 2, 2, 3, 3];
    const found = estimates({ mean, nothing: () => null }, slides, { seed: 4 });
    const items = values.map((value, k) => ({ value, slide: String(slides[k]) }));
    const statistic = (some: readonly { value: number }[]) => meanOf(some.map((one) => one.value));
    const byTile = bootstrapInterval(items, statistic, { seed: 4 });
    const bySlide = bootstrapInterval(items, statistic, { seed: 4, cluster: ({ slide }) => slide });
    expect(found.mean.value).toBeCloseTo(meanOf(values) ?? Number.NaN, 12);
    expect(found.mean.byTile?.low).toBeCloseTo(byTile?.low ?? Number.NaN, 12);
    expect(found.mean.bySlide?.high).toBeCloseTo(bySlide?.high ?? Number.NaN, 12);
    expect(found.mean.byTile).not.toEqual(found.mean.bySlide);
    expect(found.nothing).toEqual({ value: null, byTile: null, bySlide: null });
  });

  test('one slide has no interval by slide; one item has none at all', () => {
    const ofOneSlide = estimates({ mean }, [7, 7, 7, 7, 7, 7], { seed: 4 }).mean;
    expect(ofOneSlide.byTile).not.toBeNull();
    expect(ofOneSlide.bySlide).toBeNull();
    const ofOne = estimates({ one: () => 0.5 }, ['a'], { seed: 4 }).one;
    expect(ofOne).toEqual({ value: 0.5, byTile: null, bySlide: null });
  });

  test('few slides are said', () => {
    expect(slideNote(1)).toContain('no interval by slide');
    expect(slideNote(2)).toContain('rest on 2 slides only');
    expect(slideNote(9)).toContain('rest on 9 slides only');
    expect(slideNote(10)).toBeUndefined();
  });
});
