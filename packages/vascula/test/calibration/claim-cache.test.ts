import { type ClaimedInstance, notebookRule } from '@vascula/core';
import { expect, test } from 'vitest';
import { ClaimCache } from '../../dist/calibration/claim-cache.js';

/** What a rule might claim: an instance of so many pixels. */
const claimed = (pixels: number): ClaimedInstance[] => [
  {
    box: { x: 0, y: 0, width: pixels, height: 1 },
    mask: new Uint8Array(pixels),
    area: pixels,
    mean: 1,
  },
];

test('is found by the tile and what the rule claims, whatever it does after that', () => {
  const cache = new ClaimCache(1e6);
  const one = claimed(10);
  cache.put(3, notebookRule, one);
  expect(cache.get(3, { ...notebookRule, minimumArea: 5, dilation: 2, sizeScale: 8 })).toBe(one);
  expect(cache.get(4, notebookRule)).toBeUndefined();
  expect(cache.get(3, { ...notebookRule, low: 0.5 })).toBeUndefined();
});

test('the longest unused goes when there is no more room', () => {
  const cache = new ClaimCache(4000);
  const all = [claimed(1000), claimed(1001)];
  all.forEach((one, tile) => {
    cache.put(tile, notebookRule, one);
  });
  expect(cache.get(0, notebookRule)).toBe(all[0]);
  cache.put(2, notebookRule, claimed(1002));
  expect([0, 1, 2].map((tile) => cache.get(tile, notebookRule)?.length)).toEqual([1, undefined, 1]);
  // More than there is room for is not kept at all.
  cache.put(3, notebookRule, claimed(9000));
  expect([0, 1, 2, 3].map((tile) => cache.get(tile, notebookRule))).toEqual(
    new Array(4).fill(undefined),
  );
  cache.put(4, notebookRule, all[0] ?? []);
  expect(cache.get(4, notebookRule)).toBe(all[0]);
});
