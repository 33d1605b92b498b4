import { rm } from 'node:fs/promises';
import {
  findInstances,
  type InstanceRule,
  notebookRule,
  randomStream,
  ruleOutcome,
  ruleTruth,
} from '@vascula/core';
import { expect, test } from 'vitest';
import { withMeasureWorkers } from '../../dist/calibration/measure-workers.js';
import { withProbabilityMaps } from '../../dist/calibration/probability-maps.js';

const SIDE = 32;
const rules: InstanceRule[] = [0.3, 0.5, 0.8].flatMap((cutoff) => [
  { ...notebookRule, low: cutoff, high: cutoff },
  { ...notebookRule, low: cutoff, high: cutoff, minimumArea: 4, dilation: 1 },
]);
const maps = [0, 1, 2, 3, 4].map((tile) => {
  const random = randomStream('maps', tile);
  return Float32Array.from({ length: SIDE * SIDE }, () => random.next());
});
const truths = maps.map((map) => {
  const truth = findInstances(map, SIDE, SIDE, { ...notebookRule, low: 0.6, high: 0.7 });
  return ruleTruth(truth, SIDE, SIDE);
});
const never = new AbortController().signal;

test.each([1, 2, 3, 9])('%i threads measure what one does here', async (count) => {
  await withProbabilityMaps(async (stored) => {
    for (const [k, map] of maps.entries()) await stored.put(k, map);
    const tiles = truths.map((truth, k) => ({ map: stored.path(k), truth }));
    const measured = await withMeasureWorkers(tiles, count, never, async (measure) => {
      const first = await Promise.all(tiles.map((_, k) => measure(k, rules.slice(1))));
      // Again, out of what was kept.
      expect(await Promise.all(tiles.map((_, k) => measure(k, rules.slice(1))))).toEqual(first);
      return Promise.all(tiles.map((_, k) => measure(k, rules)));
    });
    expect(measured).toEqual(
      maps.map((map, k) =>
        rules.map((rule) =>
          ruleOutcome(findInstances(map, SIDE, SIDE, rule), truths[k] as (typeof truths)[number]),
        ),
      ),
    );
  });
});

test('a map that is gone, and Ctrl-C, reject what is asked; the threads end', async () => {
  await withProbabilityMaps(async (stored) => {
    for (const [k, map] of maps.entries()) await stored.put(k, map);
    const tiles = truths.map((truth, k) => ({ map: stored.path(k), truth }));
    const controller = new AbortController();
    const stopped = withMeasureWorkers(tiles, 2, controller.signal, async (measure) => {
      const asked = Promise.all(tiles.map((_, k) => measure(k, rules)));
      controller.abort(new Error('pressed'));
      await expect(measure(0, rules)).rejects.toThrow('pressed');
      return asked;
    });
    await expect(stopped).rejects.toThrow('pressed');
    await rm(stored.path(3));
    const failing = withMeasureWorkers(tiles, 2, never, (measure) =>
      Promise.all(tiles.map((_, k) => measure(k, rules))),
    );
    await expect(failing).rejects.toThrow('ENOENT');
  });
});
