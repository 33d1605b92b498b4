import { expect, test } from 'vitest';
import { calibrationNotices } from '../../dist/calibration/index.js';

type Told = Parameters<typeof calibrationNotices>[0];

/** So many validation tiles, of slides in turn. */
function told(tiles: number, slides: number, neighbours: number, by: 'random' | 'slide'): Told {
  return {
    run: { split: { neighbours }, config: { split: { by } } },
    tiles: Array.from({ length: tiles }, (_, k) => ({ tile: { source: k % slides } })),
  } as unknown as Told;
}

test('nothing is said where tiles are many, of several slides, and apart from training', () => {
  expect(calibrationNotices(told(20, 2, 0, 'slide'))).toEqual([]);
});

test('few tiles, one tile, one slide, neighbours of training tiles', () => {
  expect(calibrationNotices(told(19, 2, 0, 'slide'))).toEqual([
    expect.stringContaining('Only 19 validation tiles'),
  ]);
  expect(calibrationNotices(told(1, 1, 0, 'slide'))).toEqual([
    expect.stringContaining('One validation tile only'),
  ]);
  expect(calibrationNotices(told(30, 1, 0, 'slide'))).toEqual([
    expect.stringContaining('All validation tiles are of one slide'),
  ]);
  expect(calibrationNotices(told(30, 2, 7, 'random'))).toEqual([
    expect.stringMatching(/^7 of 30 validation tiles touch .*, as a random split has it: /),
  ]);
  expect(calibrationNotices(told(30, 2, 7, 'slide'))).toEqual([
    expect.not.stringContaining('random split'),
  ]);
});
