import { readFileSync } from 'node:fs';
import {
  adam,
  balancedBce,
  differentiate,
  evaluationGraph,
  flatten,
  foldBatchNormalization,
  type Graph,
  GraphBuilder,
  lossOf,
  lower,
  type Runtime,
  readSafetensors,
  scalar,
  type Tensor,
  trainingForm,
  trainingStep,
  unflatten,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { type Architecture, buildModel, notebookSpecs, storedParameters } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const loss = (g: GraphBuilder) => {
  const logits = g.value('logits');
  return lossOf(g, balancedBce(3), logits, g.input('mask', 'float32', logits.shape));
};

function load(architecture: Architecture) {
  const path = new URL(`./fixtures/${architecture}.safetensors`, import.meta.url);
  const { tensors } = readSafetensors(readFileSync(path));
  const input = tensors.get('input') as Tensor;
  const [batch, , height, width] = input.shape as [number, number, number, number];
  const model = buildModel(
    { ...notebookSpecs[architecture], base: 2 },
    { batch, height, width },
    storedParameters(tensors, path.pathname),
  );
  const trainable = model.parameters.filter((p) => p.trainable).map((p) => p.name);
  return {
    tensors,
    model,
    trainable,
    feeds: { image: input, mask: tensors.get('mask') as Tensor },
  };
}

/** |a - b| / |b| in the Euclidean norm. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / size);
}

const data = (tensor: Tensor | undefined) => tensor?.data as Float32Array;

for (const architecture of ['unet', 'fcn'] as const)
  describe(`${architecture} against PyTorch in float64`, () => {
    let runtime: Runtime;
    beforeAll(async () => {
      runtime = await createNodeRuntime({ threads: 2 });
    });
    afterAll(() => runtime.close());
    const { tensors, model, trainable, feeds } = load(architecture);

    const gradientGraph = (graph: Graph) => {
      const form = trainingForm(graph);
      const g = GraphBuilder.from({ ...form.graph, outputs: [] });
      const value = loss(g);
      const parameters = trainable.filter((name) => !form.idleBiases.has(name));
      const gradients = differentiate(
        g,
        value,
        parameters.map((name) => g.value(name)),
      );
      g.output(value, 'loss');
      g.output(g.value('logits'));
      for (const [i, gradient] of gradients.entries()) g.output(gradient, `d ${parameters[i]}`);
      for (const [statistic, next] of form.statistics) g.output(g.value(next), `next ${statistic}`);
      return { graph: lower(g.build()), parameters, form };
    };

    test('logits, loss, running statistics and every gradient agree to 1e-4', async () => {
      const { graph, parameters, form } = gradientGraph(model.graph);
      const results = await (await runtime.load(graph)).run(feeds);
      expect(relativeError(data(results.logits), data(tensors.get('logits')))).toBeLessThan(1e-5);
      expect(relativeError(data(results.loss), data(tensors.get('loss')))).toBeLessThan(1e-6);
      for (const name of parameters) {
        const expected = data(tensors.get(`gradient/${name}`));
        // The norm behind the next convolution takes such a bias out again but for the border: what is left
        // is a small difference of large sums, and as exact as those.
        const most = name.endsWith('up.bias') ? 5e-4 : 1e-4;
        expect(relativeError(data(results[`d ${name}`]), expected), name).toBeLessThan(most);
      }
      for (const name of form.statistics.keys()) {
        const expected = data(tensors.get(`running/${name}`));
        expect(relativeError(data(results[`next ${name}`]), expected), name).toBeLessThan(1e-5);
      }
      // Biases in front of a batch norm were left out, and nothing else.
      const left = trainable.filter((name) => !parameters.includes(name));
      expect(left).toEqual(trainable.filter((name) => /conv\d?\.bias$/.test(name)));
    });

    test('three Adam steps reach the same weights; state stays in the runtime', async () => {
      const optimiser = adam();
      const step = trainingStep({ graph: model.graph, trainable, loss, optimiser });
      const program = await runtime.load(step.graph);
      const weights = flatten(tensors, step.weights);
      const zeros = {
        type: 'float32',
        shape: [weights.length],
        data: new Float32Array(weights.length),
      } as const;
      const statistics = flatten(tensors, step.statistics);
      await runtime.writeState({
        weights: { type: 'float32', shape: [weights.length], data: weights },
        statistics: { type: 'float32', shape: [statistics.length], data: statistics },
        ...Object.fromEntries(step.slots.map((slot) => [slot, zeros])),
      });
      const losses: number[] = [];
      for (let i = 1; i <= 3; i++) {
        const rate = optimiser.scalars(i, 2e-4).rate as number;
        const results = await program.run({ ...feeds, 'optimiser/rate': scalar(rate) });
        losses.push(Number(data(results.loss)[0]));
      }
      expect(losses[2]).toBeLessThan(losses[0] as number);
      const state = await runtime.readState(['weights']);
      const after = unflatten(data(state.weights), step.weights);
      for (const [name, tensor] of after) {
        // What matters is the way gone, not the weight: compare the two displacements.
        const start = data(tensors.get(name));
        const moved = data(tensor).map((v, i) => v - (start[i] as number));
        const expected = data(tensors.get(`after3/${name}`)).map(
          (v, i) => v - (start[i] as number),
        );
        expect(relativeError(moved, expected), name).toBeLessThan(2e-2);
      }
    });

    test('the inference form gives the eval-mode logits, as it is, with flat state, and folded', async () => {
      const expected = data(tensors.get('eval/logits'));
      const direct = await (await runtime.load(model.graph)).run({ image: feeds.image });
      expect(relativeError(data(direct.logits), expected)).toBeLessThan(1e-5);
      const folded = foldBatchNormalization(model.graph);
      const norms = (graph: Graph) =>
        graph.nodes.filter((node) => node.operator === 'BatchNormalization').length;
      expect([norms(model.graph) > 0, norms(folded)]).toEqual([true, 0]);
      const small = await (await runtime.load(folded)).run({ image: feeds.image });
      expect(relativeError(data(small.logits), expected)).toBeLessThan(1e-5);
    });

    test('the evaluation graph sees the state of the step', async () => {
      const step = trainingStep({ graph: model.graph, trainable, loss, optimiser: adam() });
      const graph = evaluationGraph(model.graph, step, (g) => ({ logits: g.value('logits') }));
      const values = (flat: Float32Array) =>
        ({ type: 'float32', shape: [flat.length], data: flat }) as const;
      await runtime.writeState({
        weights: values(flatten(tensors, step.weights)),
        statistics: values(flatten(tensors, step.statistics)),
      });
      const { logits } = await (await runtime.load(graph)).run({ image: feeds.image });
      expect(relativeError(data(logits), data(tensors.get('eval/logits')))).toBeLessThan(1e-5);
    });
  });
