// How often 95 % bootstrap intervals by slide hold the true mean, of slides that differ (standard
// deviation 1) with five tiles each (0.5 within a slide): node packages/core/bench/few-slides.js
import { bootstrapInterval, randomStream } from '@vascula/core';

const trials = 600;
for (const slides of [2, 3, 4, 5, 6, 8, 10, 15, 20, 30]) {
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const random = randomStream(trial, 'few slides', slides);
    const tiles = [];
    for (let slide = 0; slide < slides; slide++) {
      const effect = random.normal();
      for (let k = 0; k < 5; k++) tiles.push({ slide, value: effect + 0.5 * random.normal() });
    }
    const mean = (some) => some.reduce((sum, { value }) => sum + value, 0) / some.length;
    const { low, high } = bootstrapInterval(tiles, mean, {
      seed: trial,
      resamples: 500,
      cluster: ({ slide }) => slide,
    });
    if (low <= 0 && high >= 0) held++;
  }
  console.log(`${slides}`.padStart(3), 'slides', `${((100 * held) / trials).toFixed(0)} %`);
}
