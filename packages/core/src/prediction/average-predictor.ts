import type { Predictor } from './predictor.js';

/** An ensemble: the mean of what several networks say, one after the other; at least one. */
export function averagePredictor(predictors: readonly Predictor[]): Predictor {
  const [first, ...others] = predictors;
  if (first === undefined) throw new RangeError('an ensemble of no networks');
  if (others.length === 0) return first;
  return async (image) => {
    const sum = (await first(image)).slice();
    for (const predict of others) {
      const map = await predict(image);
      for (let p = 0; p < sum.length; p++) sum[p] += map[p] as number;
    }
    return sum.map((value) => value / predictors.length);
  };
}
