// Times a training step or an inference of the notebook's networks on this project's engine.
//
//   node bench/network.mjs step|inference --net unet --base 16 --kernel 5 --size 256 --batch 4
//       --runs 5 --threads 2
//
// Prints one line of JSON: seconds of each run, peak resident memory of the process in bytes.
import { parseArgs } from 'node:util';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  initialParameters,
  notebookSpecs,
  sizedInferenceGraph,
  Trainer,
} from '@vascula/core';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    ['net', 'base', 'kernel', 'size', 'batch', 'runs', 'threads'].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
});
const [work] = positionals;
const [base, kernel, size, batch, runs, threads] = [
  values.base,
  values.kernel,
  values.size,
  values.batch,
  values.runs,
  values.threads,
].map(Number);
const spec = { ...notebookSpecs[values.net], base, kernel };
const area = size * size;
const image = Float32Array.from({ length: batch * 3 * area }, (_, i) => (i * 7919) % 256);
const runtime = await createNodeRuntime({ threads });
const run = work === 'step' ? await step() : await inference();
for (let i = 0; i < 2; i++) await run();
const seconds = [];
for (let i = 0; i < runs; i++) {
  const start = performance.now();
  await run();
  seconds.push((performance.now() - start) / 1000);
}
const peakBytes = process.resourceUsage().maxRSS * 1024;
await runtime.close();
console.log(JSON.stringify({ seconds, peakBytes, version: 'Vascula' }));

async function step() {
  const trainer = await Trainer.create({
    runtime,
    spec,
    recipe: { seed: 1, batch, microBatch: batch, crop: size, negativeWeight: 3 },
    tileSize: { width: size, height: size },
    parameters: initialParameters(1),
  });
  const mask = Float32Array.from({ length: batch * area }, (_, i) => (i % 20 === 0 ? 1 : 0));
  let count = 0;
  return () => trainer.step({ image, mask, size }, ++count, 2e-4);
}

async function inference() {
  const extent = { batch, height: size, width: size };
  const model = buildModel(spec, extent, initialParameters(1));
  const program = await runtime.load(sizedInferenceGraph(model, extent, runtime.target));
  return () =>
    program.run({ image: { type: 'float32', shape: [batch, 3, size, size], data: image } });
}
