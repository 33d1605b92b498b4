// Milliseconds of each metric at half, all and twice the training tiles, 20 detections and 10 truths a
// tile; of metrics of pixels and boundaries a tile of 512 x 512. On the processor, which others that use it
// too change less than the clock; medians of 5 runs after one that does not count:
//   node packages/core/bench/metrics.js
import {
  addToRanking,
  addToReliability,
  averagePrecision,
  boundaryDistances,
  boundaryF,
  cocoAveragePrecision,
  compareInstances,
  drawnAveragePrecision,
  drawnCocoAveragePrecision,
  drawnIntervals,
  emptyRanking,
  emptyReliability,
  hausdorffDistance,
  instanceScore,
  matchBestOverlap,
  overlap,
  panopticQuality,
  pixelAveragePrecision,
  precisionRecallCurve,
  randomStream,
  rocAuc,
  summariseReliability,
  threshold,
} from '@vascula/core';

const tiles = 1633;
const size = 512;
const random = randomStream(1, 'bench');

const anywhere = () => ({
  x: random.uniform(20, size - 20),
  y: random.uniform(20, size - 20),
  radius: random.uniform(4, 18),
});

function disc({ x, y, radius }) {
  const left = Math.ceil(x - radius);
  const top = Math.ceil(y - radius);
  const box = {
    x: left,
    y: top,
    width: Math.floor(x + radius) - left + 1,
    height: Math.floor(y + radius) - top + 1,
  };
  const mask = Uint8Array.from({ length: box.width * box.height }, (_, at) => {
    const dx = left + (at % box.width) - x;
    const dy = top + Math.floor(at / box.width) - y;
    return dx * dx + dy * dy <= radius * radius ? 1 : 0;
  });
  return { box, mask, area: mask.reduce((sum, value) => sum + value, 0) };
}

const near = ({ x, y, radius }) => ({
  x: x + random.uniform(-2, 2),
  y: y + random.uniform(-2, 2),
  radius: radius * random.uniform(0.8, 1.2),
});

function tile(number) {
  const truths = Array.from({ length: 10 }, anywhere);
  const found = [...truths.map(near), ...Array.from({ length: 10 }, anywhere)];
  return {
    id: `tile ${number}`,
    truths: truths.map(disc),
    unsure: [disc(anywhere())],
    detections: found.map((one, k) => ({
      ...disc(one),
      confidence: random.uniform(k < 10 ? 0.2 : 0, k < 10 ? 1 : 0.8),
    })),
  };
}

function time(run) {
  run();
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  const median = times.sort((a, b) => a - b)[2];
  return median.toFixed(median < 10 ? 2 : 0).padStart(9);
}

/** Of the bootstrap by tile, as `vascula score` has it. */
const interval = (count, metric) => drawnIntervals(count, [metric], { seed: 0 });

const scenes = Array.from({ length: 2 * tiles }, (_, k) => tile(k));
const images = scenes.map(compareInstances);
const counts = [Math.round(tiles / 2), tiles, 2 * tiles];
console.log('tiles'.padEnd(28), ...counts.map((count) => String(count).padStart(9)));
const perSet = {
  'IoU of pairs': (count) => scenes.slice(0, count).map(compareInstances),
  'average precision': (count) => averagePrecision(images.slice(0, count)),
  'precision-recall curve': (count) => precisionRecallCurve(images.slice(0, count)),
  'F1, precision, recall': (count) => instanceScore(images.slice(0, count)),
  'COCO, 1 threshold': (count) =>
    cocoAveragePrecision(images.slice(0, count), { thresholds: [0.5] }),
  'COCO, 10 thresholds': (count) => cocoAveragePrecision(images.slice(0, count)),
  'panoptic quality': (count) => panopticQuality(images.slice(0, count)),
  'AP, interval': (count) =>
    interval(
      count,
      drawnAveragePrecision(images.slice(0, count), (image) =>
        matchBestOverlap(image, 0.6, 'background'),
      ),
    ),
  'COCO, interval': (count) => interval(count, drawnCocoAveragePrecision(images.slice(0, count))),
};
for (const [name, run] of Object.entries(perSet))
  console.log(name.padEnd(28), ...counts.map((count) => time(() => run(count))));

const maps = scenes.slice(0, 8).map(({ truths }) => {
  const truth = new Uint8Array(size * size);
  for (const { box, mask } of truths)
    mask.forEach((value, at) => {
      truth[(box.y + Math.floor(at / box.width)) * size + box.x + (at % box.width)] |= value;
    });
  const probability = Float32Array.from(
    truth,
    (value) => 1 / (1 + Math.exp(4 - 6 * value - 2 * random.normal())),
  );
  return { truth, probability, prediction: threshold(probability, 0.5) };
});
const ranking = emptyRanking();
const reliability = emptyReliability(15);
const distances = boundaryDistances(maps[0].truth, maps[0].prediction, size, size);
const perTile = {
  'overlap (IoU, Dice)': ({ truth, prediction }) => overlap(truth, prediction),
  'boundary distances': ({ truth, prediction }) => boundaryDistances(truth, prediction, size, size),
  'boundary F of them': () => boundaryF(distances, 3),
  'HD95 of them': () => hausdorffDistance(distances),
  'ranking of pixels': ({ truth, probability }) => addToRanking(ranking, probability, truth),
  'calibration of pixels': ({ truth, probability }) =>
    addToReliability(reliability, probability, truth),
};
console.log(
  `\nmilliseconds a tile; boundaries of ${distances.ofTruth.length} and ${distances.ofPrediction.length} pixels`,
);
for (const [name, run] of Object.entries(perTile))
  console.log(
    name.padEnd(28),
    (
      Number(
        time(() => {
          for (let k = 0; k < 80; k++) run(maps[k % 8]);
        }),
      ) / 80
    )
      .toFixed(3)
      .padStart(9),
  );
const perEnd = {
  'area under the ROC': () => rocAuc(ranking),
  'average precision of pixels': () => pixelAveragePrecision(ranking),
  'calibration curve': () => summariseReliability(reliability),
};
console.log('\nmilliseconds once, however many tiles');
for (const [name, run] of Object.entries(perEnd)) console.log(name.padEnd(28), time(run));
console.log('limits', rocAuc(ranking), pixelAveragePrecision(ranking));
