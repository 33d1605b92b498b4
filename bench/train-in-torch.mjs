// Trains a run's network once more in PyTorch: the same initial weights, the very same batches in the same
// order, the same loss, optimiser and schedule. What comes out is a run too, which `vascula evaluate`,
// `report` and `compare` take as any other.
//
//   vascula train DIR -o runs/ours …
//   node bench/train-in-torch.mjs runs/ours runs/torch [--device cuda] [--python /usr/bin/python3] [--threads 2]
//   vascula evaluate runs/torch && vascula compare runs/ours runs/torch
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readSafetensors, writeSafetensors } from '@vascula/autograd';
import { buildModel, initialParameters, sizeMultiple } from '@vascula/core';
import { openRunDataset } from '../packages/vascula/dist/commands/run-dataset.js';
import {
  createRun,
  openRun,
  runFiles,
  saveProgress,
  writeCheckpoint,
} from '../packages/vascula/dist/run/index.js';
import { tileSource } from '../packages/vascula/dist/training/tile-source.js';
import { openRunFeed } from '../packages/vascula/dist/training/train.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: '/usr/bin/python3' },
    device: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '2' },
  },
});
const [from, to] = positionals;
if (to === undefined) throw new Error('usage: node bench/train-in-torch.mjs RUN NEW_RUN');

const ours = await openRun(from);
const dataset = await openRunDataset(ours, {}, 'Where is the dataset?');
const { recipe, model: spec } = ours.config;
const work = await mkdtemp(join(tmpdir(), 'vascula-torch-'));
try {
  await createRun({ ...ours, folder: to });
  const { stepsPerEpoch, next, close } = openRunFeed(ours, dataset);
  await prepare(stepsPerEpoch);
  const child = spawn(
    values.python,
    [
      fileURLToPath(new URL('peers/torch_training.py', import.meta.url)),
      ...[work, values.device, values.threads],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const history = [];
  const reading = readHistory(child.stdout, history);
  for (let step = 0; step < stepsPerEpoch * recipe.epochs; step++) {
    const { image, mask } = await next();
    // Copied, since the pipe reads them later than the feed gives their memory away.
    for (const plane of [image, mask])
      if (!child.stdin.write(new Uint8Array(plane.slice().buffer)))
        await once(child.stdin, 'drain');
  }
  child.stdin.end();
  await reading;
  await close();
  await store(history);
} finally {
  await rm(work, { recursive: true, force: true });
}

/** What the other process reads: the set-up, the weights to start from, the tiles to validate on. */
async function prepare(stepsPerEpoch) {
  const side = sizeMultiple(spec);
  const { parameters } = buildModel(
    spec,
    { batch: 1, height: side, width: side },
    initialParameters(recipe.seed),
  );
  const source = initialParameters(recipe.seed);
  const tensors = new Map(
    parameters.map((p) => [p.name, { type: 'float32', shape: p.shape, data: source(p) }]),
  );
  await writeFile(join(work, 'initial.safetensors'), writeSafetensors(tensors));
  const tiles = [];
  for (const id of ours.split.validation) {
    const { image, mask } = await tileSource(dataset).load(id);
    const { width, height, data } = image;
    await writeFile(join(work, `${tiles.length}.tile`), Buffer.concat([data, mask]));
    tiles.push({ id, width, height });
  }
  const trainable = parameters.filter((p) => p.trainable).map(({ name }) => name);
  const roles = Object.fromEntries(parameters.map(({ name, role }) => [name, role]));
  await writeFile(
    join(work, 'setup.json'),
    JSON.stringify({ spec, recipe, stepsPerEpoch, tiles, trainable, roles }),
  );
}

async function readHistory(stdout, history) {
  for await (const line of createInterface(stdout)) {
    const record = JSON.parse(line);
    history.push(record);
    console.error(
      `epoch ${record.epoch}: loss ${record.trainLoss.toFixed(4)}, ` +
        `IoU ${record.validationIou.toFixed(4)}, pooled ${record.validationPooledIou.toFixed(4)}`,
    );
  }
}

async function store(history) {
  if (history.length !== recipe.epochs)
    throw new Error(`PyTorch finished ${history.length} of ${recipe.epochs} epochs`);
  const read = async (name) => readSafetensors(await readFile(join(work, name))).tensors;
  const best = history.findLast((record) => record.best);
  const progress = (records) => ({ epochs: records.length, step: 0, lossSum: 0, history: records });
  const files = runFiles(to);
  await writeCheckpoint(files.best, {
    tensors: await read('best.safetensors'),
    progress: progress(history.slice(0, best.epoch)),
  });
  await saveProgress(to, {
    tensors: await read('last.safetensors'),
    progress: progress(history),
  });
}
