import { comparisonOverlay, comparisonStrip } from '@vascula/core';
import { expect, test } from 'vitest';

const grey = { width: 4, height: 1, data: new Uint8Array(12).fill(100) };
/** Found, missed, wrongly claimed, nothing. */
const truth = Uint8Array.of(1, 1, 0, 0);
const prediction = Uint8Array.of(1, 0, 1, 0);

test('over the tile, found pixels are yellow, missed ones green, wrongly claimed ones red', () => {
  const { data } = comparisonOverlay(grey, truth, prediction);
  const [found, missed, wrong, nothing] = [0, 3, 6, 9].map((p) => [...data.subarray(p, p + 3)]);
  expect(nothing).toEqual([100, 100, 100]);
  // Half the colour, half the tile.
  expect(found).toEqual([177, 162, 50]);
  expect(missed).toEqual([50, 145, 85]);
  expect(wrong).toEqual([167, 70, 70]);
  expect([...grey.data]).toEqual(Array(12).fill(100));
});

test('a strip has the tile, the truth, and two panels for each prediction', () => {
  const none = new Uint8Array(4);
  const strip = comparisonStrip(grey, truth, prediction, none);
  expect([strip.width, strip.height]).toEqual([6 * 4 + 5 * 8, 1]);
  const panel = (at: number) => [...strip.data.subarray(36 * at, 36 * at + 12)];
  expect(panel(0)).toEqual([...grey.data]);
  expect(panel(1)).toEqual([0, 190, 70, 0, 190, 70, 0, 0, 0, 0, 0, 0]);
  expect(panel(2)).toEqual([235, 40, 40, 0, 0, 0, 235, 40, 40, 0, 0, 0]);
  expect(panel(3)).toEqual([...comparisonOverlay(grey, truth, prediction).data]);
  expect(panel(4)).toEqual(Array(12).fill(0));
  expect(panel(5)).toEqual([...comparisonOverlay(grey, truth, none).data]);
  // White between panels.
  expect([...strip.data.subarray(12, 36)]).toEqual(Array(24).fill(255));
});

test('what does not count is grey in the truth, in the prediction and over the tile', () => {
  const ignored = Uint8Array.of(255, 255, 0, 1);
  const claimed = Uint8Array.of(1, 0, 0, 1);
  const strip = comparisonStrip(grey, ignored, claimed);
  const panel = (at: number) => [...strip.data.subarray(36 * at, 36 * at + 12)];
  const outside = Array(6).fill(128);
  expect(panel(1)).toEqual([...outside, 0, 0, 0, 0, 190, 70]);
  expect(panel(2)).toEqual([...outside, 0, 0, 0, 235, 40, 40]);
  expect(panel(3).slice(0, 6)).toEqual(Array(6).fill(114));
});

test('a mask of another size is refused', () => {
  expect(() => comparisonStrip(grey, truth, new Uint8Array(3))).toThrow(
    'prediction of 3 pixels for a tile of 4 x 1',
  );
  expect(() => comparisonStrip(grey, new Uint8Array(5), prediction)).toThrow(
    'truth of 5 pixels for a tile of 4 x 1',
  );
});
