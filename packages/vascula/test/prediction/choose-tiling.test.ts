import { InputError } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkWishes, chooseTiling } from '../../dist/prediction/choose-tiling.js';

/** A network that takes a hundred bytes a pixel. */
const network = {
  multiple: 16,
  reach: 76 as number | undefined,
  bytes: ({ width, height }: { width: number; height: number }) => 100 * width * height,
};
const far = { ...network, reach: undefined };
const square = (side: number) => ({ width: side, height: side });
const memory = (side: number) => 100 * side * side;

test('what fits is predicted whole', () => {
  expect(chooseTiling(square(3000), network, {}, memory(3000))).toBeNull();
  expect(chooseTiling(square(3000), network, { window: 'whole' }, memory(3000))).toBeNull();
  expect(chooseTiling({ width: 500, height: 300 }, network, { window: 512 }, 1e9)).toBeNull();
});

test('what does not is cut so that nothing changes: an overlap of twice what the network sees', () => {
  const size = { width: 100_000, height: 90_000 };
  expect(chooseTiling(size, network, {}, memory(3000))).toEqual({
    window: 512,
    overlap: 160,
    exact: true,
  });
  // 512 no longer fits, and of 256 more than three quarters would be margin: no.
  expect(chooseTiling(size, network, {}, memory(300))).toEqual({
    window: 256,
    overlap: 160,
    exact: true,
  });
  expect(chooseTiling(size, network, {}, memory(200))).toEqual({
    window: 128,
    overlap: 64,
    exact: false,
  });
  expect(chooseTiling(size, { ...network, reach: 200 }, {}, 1e9)).toEqual({
    window: 1200,
    overlap: 400,
    exact: true,
  });
});

test('a network that sees everything: half of each window is shared, and windows are averaged', () => {
  expect(chooseTiling(square(4000), far, {}, memory(3000))).toEqual({
    window: 512,
    overlap: 256,
    exact: false,
  });
});

test('wishes are taken as they are; what follows from them is said', () => {
  const cut = (window: number, overlap?: number) =>
    chooseTiling(square(4000), network, { window, overlap }, 1e12);
  expect(cut(1024)).toEqual({ window: 1024, overlap: 160, exact: true });
  expect(cut(1024, 512)).toEqual({ window: 1024, overlap: 512, exact: true });
  expect(cut(1024, 144)).toEqual({ window: 1024, overlap: 144, exact: false });
  expect(cut(192)).toEqual({ window: 192, overlap: 96, exact: false });
  expect(cut(16)).toEqual({ window: 16, overlap: 0, exact: false });
  expect(chooseTiling(square(4000), network, { overlap: 320 }, memory(3000))).toEqual({
    window: 640,
    overlap: 320,
    exact: true,
  });
});

describe('too little memory is refused before it is taken', () => {
  const refusals: [says: string, wishes: object, available: number][] = [
    [
      '--window: predicting 4000 x 4000 pixels at once takes about 1.5 GiB',
      { window: 'whole' },
      1e9,
    ],
    ['--window: predicting 1024 x 1024 pixels at once takes', { window: 1024 }, 1e7],
    ['predicting 64 x 64 pixels at once takes about 0.0 GiB of memory, and 0.0 GiB', {}, 1000],
    ['and 0.0 GiB are available', {}, -1e9],
  ];
  test.each(refusals)('%s', (says, wishes, available) => {
    expect(() => chooseTiling(square(4000), network, wishes, available)).toThrow(InputError);
    expect(() => chooseTiling(square(4000), network, wishes, available)).toThrow(says);
  });
});

describe('wishes that suit no network are refused', () => {
  const refusals: [says: string, wishes: object][] = [
    ['--window: is 500; expected a multiple of 16, such as 496', { window: 500 }],
    ['--window: is 3; expected a multiple of 16, such as 16', { window: 3 }],
    ['--overlap: is 10; expected a multiple of 16', { window: 512, overlap: 10 }],
    ['--overlap: is 512; expected less than the window of 512', { window: 512, overlap: 512 }],
    ['--overlap: is for windows, and --window is whole', { window: 'whole', overlap: 16 }],
  ];
  test.each(refusals)('%s', (says, wishes) => {
    expect(() => checkWishes(wishes, network)).toThrow(says);
  });
});

test('whatever is chosen has windows of the network’s multiple that fit, and go on by at least one', () => {
  fc.assert(
    fc.property(
      fc.record({
        width: fc.integer({ min: 1, max: 30_000 }),
        height: fc.integer({ min: 1, max: 30_000 }),
        multiple: fc.constantFrom(1, 2, 8, 16, 128),
        reach: fc.option(fc.nat({ max: 400 }), { nil: undefined }),
        available: fc.integer({ min: 1, max: 40_000 }).map(memory),
        overlap: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
      }),
      ({ width, height, multiple, reach, available, overlap }) => {
        const facts = { ...network, multiple, reach };
        const wishes = { overlap: overlap === undefined ? undefined : overlap * multiple };
        let tiling: ReturnType<typeof chooseTiling>;
        try {
          tiling = chooseTiling({ width, height }, facts, wishes, available);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        if (tiling === null) {
          expect(facts.bytes({ width, height })).toBeLessThanOrEqual(available);
          return;
        }
        const { window, overlap: shared, exact } = tiling;
        expect([window % multiple, shared % multiple]).toEqual([0, 0]);
        expect(shared).toBeLessThan(window);
        expect(exact).toBe(reach !== undefined && shared >= 2 * reach);
        const taken = { width: Math.min(width, window), height: Math.min(height, window) };
        expect(facts.bytes(taken)).toBeLessThanOrEqual(available);
      },
    ),
  );
});
