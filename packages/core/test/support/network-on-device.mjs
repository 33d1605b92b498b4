// What a network computes on a device, as JSON: `network-on-device.mjs unet|fcn DEVICE`. A process of its
// own, since the place of a graphics driver is part of a process's environment.
import {
  adam,
  balancedBce,
  differentiate,
  evaluationGraph,
  flatten,
  GraphBuilder,
  lossOf,
  lower,
  scalar,
  trainingForm,
  trainingStep,
  writeOnnx,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { buildModel, inferenceGraph, initialParameters, notebookSpecs } from '@vascula/core';
import { InferenceSession } from 'onnxruntime-node';

const [architecture, device] = process.argv.slice(2);
const size = { batch: 2, height: 32, width: 32 };
const model = buildModel({ ...notebookSpecs[architecture], base: 4 }, size, initialParameters(3));
const form = trainingForm(model.graph);
const trainable = model.parameters
  .filter((p) => p.trainable && !form.idleBiases.has(p.name))
  .map((p) => p.name);
const loss = (g) => {
  const logits = g.value('logits');
  return lossOf(g, balancedBce(3), logits, g.input('mask', 'float32', logits.shape));
};
const filled = (channels, valueAt) => {
  const shape = [size.batch, channels, size.height, size.width];
  const count = shape.reduce((a, b) => a * b, 1);
  return {
    type: 'float32',
    shape,
    data: Float32Array.from({ length: count }, (_, i) => valueAt(i)),
  };
};
const feeds = {
  image: filled(3, (i) => Math.round(127.5 + 127 * Math.sin(i * i))),
  mask: filled(1, (i) => (Math.sin(i) > 0.8 ? 1 : 0)),
};

const runtime = await createNodeRuntime({ device, threads: 2 });
const found = { ...(await gradients()), ...(await threeSteps()) };
await runtime.close();
console.log(JSON.stringify({ found, offDevice: await offDevice() }));

async function run(graph, inputs) {
  const outputs = await (await runtime.load(graph)).run(inputs);
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...data]]));
}

function gradientGraph() {
  const g = GraphBuilder.from({ ...form.graph, outputs: [] });
  const value = loss(g);
  g.output(g.value('logits'));
  g.output(value, 'loss');
  const parameters = trainable.map((name) => g.value(name));
  for (const [i, gradient] of differentiate(g, value, parameters).entries())
    g.output(gradient, `gradient of ${trainable[i]}`);
  return lower(g.build(), runtime.target);
}

async function gradients() {
  return run(gradientGraph(), feeds);
}

function stepOf(optimiser) {
  return trainingStep({ graph: model.graph, trainable, loss, optimiser, target: runtime.target });
}

/** Adam with an epsilon of the gradients' size: a gradient of rounding noise is no whole step. */
async function threeSteps() {
  const optimiser = adam({ epsilon: 1e-2 });
  const step = stepOf(optimiser);
  const vector = (data) => ({ type: 'float32', shape: [data.length], data });
  const weights = flatten(model.graph.initialisers, step.weights);
  await runtime.writeState({
    weights: vector(weights),
    statistics: vector(flatten(model.graph.initialisers, step.statistics)),
    ...Object.fromEntries(step.slots.map((slot) => [slot, vector(weights.map(() => 0))])),
  });
  const program = await runtime.load(step.graph);
  const moved = {};
  for (let i = 1; i <= 3; i++) {
    const { rate } = optimiser.scalars(i, 1e-3);
    await program.run({ ...feeds, 'optimiser/rate': scalar(rate) });
    const state = await runtime.readState(['weights', 'statistics']);
    moved[`step ${i}`] = [...state.weights.data].map((value, at) => value - weights[at]);
    moved[`statistics ${i}`] = [...state.statistics.data];
  }
  const evaluation = evaluationGraph(model.graph, step, (g) => ({ evaluated: g.value('logits') }));
  const { image } = feeds;
  return {
    ...moved,
    ...(await run(evaluation, { image })),
    ...(await run(inferenceGraph(model), { image })),
  };
}

/** Why a graph would not lie on the device whole; empty where all do. */
async function offDevice() {
  const step = stepOf(adam());
  const graphs = [
    step.graph,
    evaluationGraph(model.graph, step, (g) => ({ logits: g.value('logits') })),
    inferenceGraph(model),
  ];
  const problems = [];
  for (const graph of graphs)
    await InferenceSession.create(writeOnnx(graph), {
      executionProviders: [device],
      extra: { session: { disable_cpu_ep_fallback: '1' } },
      logSeverityLevel: 4,
    }).catch((error) => problems.push(error.message));
  return problems;
}
