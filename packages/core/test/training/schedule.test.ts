import { readFileSync } from 'node:fs';
import { fixesEpochs, learningRateAt, type ScheduleSettings, scheduleNames } from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Case {
  name: string;
  settings: ScheduleSettings;
  stepsPerEpoch: number;
  rates: number[];
}

const cases = JSON.parse(
  readFileSync(new URL('../fixtures/schedules.json', import.meta.url), 'utf8'),
) as Case[];

test.each(cases)('as PyTorch: $name', ({ settings, stepsPerEpoch, rates }) => {
  expect(rates).toHaveLength(settings.epochs * stepsPerEpoch);
  for (const [i, rate] of rates.entries())
    expect(learningRateAt(settings, { step: i + 1, stepsPerEpoch })).toBeCloseTo(rate, 11);
});

const runs = fc.record({
  schedule: fc.constantFrom(...scheduleNames),
  learningRate: fc.constantFrom(1e-4, 0.3),
  learningRateDecay: fc.double({ min: 0.5, max: 1, noNaN: true }),
  epochs: fc.integer({ min: 1, max: 6 }),
  stepsPerEpoch: fc.integer({ min: 1, max: 9 }),
  share: fc.double({ min: 0, max: 0.99, noNaN: true }),
});

describe('of any run', () => {
  const ratesOf = (settings: ScheduleSettings, stepsPerEpoch: number) =>
    Array.from({ length: settings.epochs * stepsPerEpoch }, (_, i) =>
      learningRateAt(settings, { step: i + 1, stepsPerEpoch }),
    );

  test('the rate rises to the full one in equal parts, and never again; it is above 0', () => {
    fc.assert(
      fc.property(runs, ({ share, stepsPerEpoch, ...rest }) => {
        const warmUp = Math.floor(share * rest.epochs * stepsPerEpoch);
        // The factor an epoch is on top of the warm-up.
        const settings = { ...rest, warmUp, learningRateDecay: 1 };
        const rates = ratesOf(settings, stepsPerEpoch);
        for (const [i, rate] of rates.entries()) {
          expect(rate).toBeGreaterThan(0);
          if (i < warmUp) expect(rate).toBeCloseTo((rest.learningRate * (i + 1)) / warmUp, 12);
          else if (i > warmUp) expect(rate).toBeLessThanOrEqual(rates[i - 1] as number);
        }
        expect(rates[warmUp]).toBeCloseTo(rest.learningRate, 12);
      }),
    );
  });

  test('a run that is prolonged has the rates of a longer one, where its epochs are not fixed', () => {
    fc.assert(
      fc.property(
        runs,
        fc.integer({ min: 1, max: 5 }),
        ({ share, stepsPerEpoch, ...rest }, more) => {
          const settings = { ...rest, warmUp: Math.floor(share * rest.epochs * stepsPerEpoch) };
          const longer = { ...settings, epochs: settings.epochs + more };
          const [rates, start] = [
            ratesOf(settings, stepsPerEpoch),
            ratesOf(longer, stepsPerEpoch).slice(0, settings.epochs * stepsPerEpoch),
          ];
          if (!fixesEpochs(settings)) expect(rates).toEqual(start);
          else if (rates.length > settings.warmUp + 1) expect(rates).not.toEqual(start);
        },
      ),
    );
  });
});

test('cosine and poly end near 0', () => {
  const settings = { learningRate: 1, learningRateDecay: 1, warmUp: 10, epochs: 10 };
  const last = { step: 1000, stepsPerEpoch: 100 };
  expect(learningRateAt({ ...settings, schedule: 'cosine' }, last)).toBeLessThan(1e-5);
  expect(learningRateAt({ ...settings, schedule: 'poly' }, last)).toBeLessThan(3e-3);
});
