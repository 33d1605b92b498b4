// Where the time of a training step or an inference goes, by operator, from ONNX Runtime's profiler.
//
//   node bench/profile.mjs step|inference --net unet --base 16 --kernel 5 --size 256 --batch 4
//       --runs 5 --threads 2
//
// --net may name an ONNX file that can be fine-tuned; --base and --kernel are then left out.
//
// Prints a Markdown table: milliseconds a run, share, nodes. The graph is the one that Vascula runs here.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flatten, operatorKey, readOnnx, writeOnnx } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  firstParameters,
  importOnnx,
  notebookSpecs,
  sizedInferenceGraph,
} from '@vascula/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { trainingGraphs } from '../packages/core/dist/training/graphs.js';
import { markdownTable } from './markdown-table.mjs';

const names = ['base', 'kernel', 'size', 'batch', 'runs', 'threads'];
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(['net', ...names].map((name) => [name, { type: 'string' }])),
});
const [base, kernel, size, batch, runs, threads] = names.map((name) => Number(values[name]));
const spec = values.net.endsWith('.onnx')
  ? importOnnx(readOnnx(await readFile(values.net)), { freeze: [] }, values.net).spec
  : { ...notebookSpecs[values.net], base, kernel };
const warmUps = 2;

const { graph, feeds } = positionals[0] === 'step' ? await step() : await inference();
const folder = await mkdtemp(join(tmpdir(), 'profile-'));
try {
  await profiledRuns();
  const [file] = await readdir(folder);
  console.log(tableOf(JSON.parse(await readFile(join(folder, file), 'utf8'))));
} finally {
  await rm(folder, { recursive: true });
}

/** The runs, in a session as the engine's worker opens it, but with the profiler on. */
async function profiledRuns() {
  const session = await InferenceSession.create(writeOnnx(graph), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableMemPattern: false,
    logSeverityLevel: 3,
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
  });
  const tensors = Object.fromEntries(
    graph.inputs.map(({ name, shape }) => [name, new Tensor('float32', feeds[name], shape)]),
  );
  for (let i = 0; i < warmUps + runs; i++) await session.run(tensors);
  session.endProfiling();
  await session.release();
}

function tableOf(events) {
  const wholeRuns = events.filter(({ name }) => name === 'model_run').slice(warmUps);
  const kernels = events.filter(
    ({ name, ts }) => name.endsWith('_kernel_time') && ts >= wholeRuns[0].ts,
  );
  // The runtime says Conv of every kind: the domain is that of the node of this name.
  const domains = new Map(graph.nodes.map(({ name, domain }) => [name, domain]));
  const operators = new Map();
  for (const { name, dur, args } of kernels) {
    const key = operatorKey(args.op_name, domains.get(name.replace('_kernel_time', '')) ?? '');
    const sum = operators.get(key) ?? { time: 0, count: 0 };
    operators.set(key, { time: sum.time + dur / 1000 / runs, count: sum.count + 1 });
  }
  const whole = wholeRuns.reduce((sum, { dur }) => sum + dur / 1000 / runs, 0);
  const inKernels = [...operators.values()].reduce((sum, { time }) => sum + time, 0);
  const rows = [...operators]
    .toSorted(([, a], [, b]) => b.time - a.time)
    .map(([key, { time, count }]) => [key, time, `${count / runs}`]);
  return markdownTable(
    ['operator', 'ms a run', '%', 'nodes'],
    [...rows, ['between operators', whole - inKernels, '-'], ['whole run', whole, '-']].map(
      ([key, time, nodes]) => [key, time.toFixed(1), ((100 * time) / whole).toFixed(1), nodes],
    ),
  );
}

async function step() {
  const setup = {
    spec,
    recipe: { batch, microBatch: batch, crop: size, negativeWeight: 3 },
    tileSize: { width: size, height: size },
  };
  const { model, step } = trainingGraphs(setup, firstParameters(spec, 1), await target());
  const parameters = model.graph.initialisers;
  const weights = flatten(parameters, step.weights);
  const pixels = batch * size * size;
  const mask = Float32Array.from({ length: pixels }, (_, i) => (i % 20 === 0 ? 1 : 0));
  const positives = Math.ceil(pixels / 20);
  return {
    graph: step.graph,
    feeds: {
      image: image(),
      mask,
      positives: [positives],
      negatives: [pixels - positives],
      weights,
      statistics: flatten(parameters, step.statistics),
      ...Object.fromEntries(step.slots.map((slot) => [slot, new Float32Array(weights.length)])),
      'optimiser/rate': [2e-4],
    },
  };
}

async function inference() {
  const extent = { batch, height: size, width: size };
  const model = buildModel(spec, extent, firstParameters(spec, 1));
  return {
    graph: sizedInferenceGraph(model, extent, await target()),
    feeds: { image: image() },
  };
}

function image() {
  return Float32Array.from({ length: batch * 3 * size * size }, (_, i) => (i * 7919) % 256);
}

async function target() {
  const runtime = await createNodeRuntime({ threads });
  await runtime.close();
  return runtime.target;
}
