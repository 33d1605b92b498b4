// Milliseconds to make instances of a 512 x 512 map with 5 % vessel: node packages/core/bench/find-instances.js
import { findInstances, notebookRule, randomStream } from '@vascula/core';

const size = 512;
const random = randomStream(1, 'bench');
const vessels = Array.from({ length: 60 }, () => ({
  x: random.uniform(0, size),
  y: random.uniform(0, size),
  radius: random.uniform(3, 13),
}));
const probability = Float32Array.from({ length: size * size }, (_, at) => {
  const x = at % size;
  const y = Math.floor(at / size);
  let logit = -3;
  for (const vessel of vessels) {
    const away = Math.hypot(x - vessel.x, y - vessel.y) - vessel.radius;
    logit = Math.max(logit, Math.min(3, -away));
  }
  return 1 / (1 + Math.exp(-logit + 0.3 * random.normal()));
});
const full = {
  ...notebookRule,
  low: 0.5,
  high: 0.8,
  weak: 0.3,
  maximumHoleArea: 400,
  splitProminence: 1.5,
  minimumArea: 20,
  maximumGlomerulusShare: 0.5,
  dilation: 2,
  sizeScale: 100,
  calibration: [
    [0.1, 0.05],
    [0.9, 0.8],
  ],
};
const rules = {
  notebook: notebookRule,
  hysteresis: { ...notebookRule, low: 0.5 },
  holes: { ...notebookRule, maximumHoleArea: 400 },
  'weak candidates': { ...notebookRule, weak: 0.3 },
  split: { ...notebookRule, splitProminence: 1.5 },
  dilation: { ...notebookRule, minimumArea: 20, dilation: 2 },
  'the full chain': full,
};
const glomeruli = new Uint8Array(size * size);
for (const [name, rule] of Object.entries(rules)) {
  const rounds = 50;
  let start = 0;
  let count = 0;
  for (let round = -20; round < rounds; round++) {
    if (round === 0) start = performance.now();
    count = findInstances(probability, size, size, rule, { glomeruli }).length;
  }
  const time = ((performance.now() - start) / rounds).toFixed(2);
  console.log(name.padEnd(20), time, 'ms', String(count).padStart(5), 'instances');
}
