// Processor time of an assessment: tile by tile, then all numbers with their intervals, overall and by
// (dataset, source), for masks that are good and for noise: node packages/core/bench/assessment.js
import {
  Assessor,
  fillPolygons,
  instancesOfOutlines,
  notebookRule,
  overlap,
  randomStream,
  rowIou,
  threshold,
} from '@vascula/core';

/** Not the clock's: machines are shared. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const size = 512;
const cutoff = 0.5;
const groups = [
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 2],
  [2, 3],
  [2, 4],
];

function tile(random, isNoise) {
  const outlines = Array.from({ length: 12 }, () => {
    const [x, y, radius] = [
      random.uniform(0, size),
      random.uniform(0, size),
      random.uniform(6, 20),
    ];
    return Array.from({ length: 16 }, (_, k) => [
      x + radius * Math.cos((k * Math.PI) / 8),
      y + radius * Math.sin((k * Math.PI) / 8),
    ]);
  });
  const truth = fillPolygons(outlines, size, size);
  const spots = isNoise ? 4000 : 10;
  const level = Float32Array.from(truth, (value) => (value === 1 && !isNoise ? 2 : -3));
  for (let k = 0; k < spots; k++) {
    const at = random.integer(size * (size - 2));
    for (const where of [at, at + 1, at + size]) level[where] = random.uniform(0.1, 3);
  }
  const probability = level.map((value) => 1 / (1 + Math.exp(-value)));
  return { outlines, truth, probability };
}

for (const [name, isNoise] of [
  ['12 vessels a tile, all found', false],
  ['12 vessels a tile, noise', true],
]) {
  const random = randomStream(1, 'bench', name);
  const some = Array.from({ length: 8 }, () => tile(random, isNoise));
  for (const count of [817, 1633]) {
    const assessor = new Assessor({
      cutoff,
      instances: { ...notebookRule, low: cutoff, high: cutoff },
    });
    const start = processorSeconds();
    for (let k = 0; k < count; k++) {
      const { outlines, truth, probability } = some[k % some.length];
      const mask = threshold(probability, cutoff);
      const [dataset, source] = groups[k % groups.length];
      assessor.add({
        score: {
          id: `${k}`,
          dataset,
          source,
          counts: overlap(truth, mask),
          rowIou: rowIou(truth, mask, size),
        },
        width: size,
        height: size,
        truth,
        vessels: instancesOfOutlines(outlines, size, size),
        probability,
      });
    }
    const added = processorSeconds();
    const { overall } = assessor.assessment(0);
    console.log(
      `${name}, ${count} tiles, ${overall.detections} detections:`,
      `${((1000 * (added - start)) / count).toFixed(1)} ms a tile,`,
      `then ${(processorSeconds() - added).toFixed(1)} s;`,
      `peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
    );
  }
}
