// Tile to network input: decode, mask, augment, float32 NCHW. The peer is bench/peers/prepare_tiles.py.
//   node bench/prepare-tiles.mjs DIR --tiles 262 --rounds 5 --workers 2
// DIR is a dataset folder (`vascula synth DIR --tiles 262 --size 512` makes one). Batches of 4 as training
// asks for them, a round an epoch, so the draws differ from round to round; the network scales its input
// itself. `--each` adds the milliseconds a tile takes in each stage, alone on the main thread.
// `--augmentation strong` takes all parts. One JSON line; `seconds` is the median of the rounds.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { augmentationPresets, drawPlacement, evenSampling, sampleInto } from '@vascula/core';
import { openDataset, readTile, tileMask } from '../packages/vascula/dist/dataset/index.js';
import { labelledTiles, openBatchFeed } from '../packages/vascula/dist/training/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tiles: { type: 'string', default: '262' },
    rounds: { type: 'string', default: '5' },
    workers: { type: 'string', default: `${availableParallelism()}` },
    polygons: { type: 'string', multiple: true, default: ['polygons.jsonl'] },
    augmentation: { type: 'string', default: 'notebook' },
    each: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
const [tiles, rounds, workers] = [values.tiles, values.rounds, values.workers].map(Number);
const dataset = await openDataset(folder, { polygons: values.polygons });
const { tileSize } = dataset;
const labelled = labelledTiles(dataset);
const ids = Array.from({ length: tiles }, (_, k) => labelled[k % labelled.length].id);
const recipe = {
  seed: 1,
  crop: Math.min(tileSize.width, tileSize.height),
  batch: 4,
  sampling: evenSampling,
  augmentation: augmentationPresets[values.augmentation],
};

async function seconds() {
  const feed = openBatchFeed({
    dataset,
    tileSize,
    ids,
    copies: 1,
    // One epoch before the clock starts, and one after that keeps the last rounds looking ahead.
    recipe: { ...recipe, epochs: rounds + 2 },
    from: { epochs: 0, step: 0 },
    workers,
  });
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for (let step = 0; step < feed.stepsPerEpoch; step++) await feed.next();
    if (round > 0) times.push((performance.now() - start) / 1000);
  }
  await feed.close();
  return times;
}

async function stages() {
  const size = recipe.crop;
  const area = size * size;
  const batch = { image: new Float32Array(3 * area), mask: new Float32Array(area), size };
  const times = {};
  const timed = async (stage, work) => {
    const start = performance.now();
    const result = await work();
    times[stage] ??= [];
    times[stage].push(performance.now() - start);
    return result;
  };
  for (let epoch = 1; epoch <= rounds; epoch++)
    for (const tile of labelled.slice(0, tiles)) {
      const image = await timed('decode', () => readTile(tile, tileSize));
      const mask = await timed('mask', () => tileMask(tile, 'blood_vessel', image));
      const placement = drawPlacement({ ...image, mask }, { id: tile.id, copy: 0 }, epoch, recipe);
      const { zoom, warp, colour } = placement.augmentation;
      const way = [zoom && 'zoomed', warp && 'warped', colour && 'recoloured']
        .filter(Boolean)
        .reduce((words, word) => `${words}, ${word}`, 'sample');
      await timed(way, () => sampleInto(image, mask, placement, batch, 0));
    }
  return Object.fromEntries(Object.entries(times).map(([stage, all]) => [stage, median(all)]));
}

function median(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const middle =
    (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
  return Number(middle.toFixed(4));
}

console.log(
  JSON.stringify({
    task: 'prepare-tiles',
    tiles,
    rounds,
    seconds: median(await seconds()),
    workers,
    ...(values.each && { milliseconds: await stages() }),
  }),
);
