import { plainTarget, type Runtime } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  firstParameters,
  inferenceGraph,
  sizedInferenceGraph,
  Trainer,
} from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asFloat,
  computeStep,
  dataOf,
  negativeWeight,
  openReference,
  relativeError,
} from './reference.js';

const folder = new URL('../fixtures/finetuning/', import.meta.url);
/** Folded ones have lost the names of their parameters, not those of their nodes. */
const patternFor = (name: string) => [name.includes('folded') ? '/encoder/*' : 'encoder.*'];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
});
afterAll(() => runtime.close());

describe.each([
  ['resnet-training-17', 32, 60],
  ['resnet-folded-13', 32, 0],
  ['mobilenet-v3-preserved-14', 1, 36],
  ['mobilenet-v2-training-13', 1, 42],
])('%s against PyTorch in float64', (name, multiple, statistics) => {
  const whole = openReference(folder, name);
  const frozen = openReference(folder, name, patternFor(name));

  test('what sizes it takes, and batches', () => {
    expect([whole.spec.sizeMultiple, whole.spec.batches]).toEqual([multiple, true]);
  });

  describe.each([
    ['plain forms', () => plainTarget],
    ["this machine's forms", () => runtime.target],
  ])('in %s', (_, target) => {
    test('logits, loss, running statistics and every gradient agree to 1e-4', async () => {
      const { tensors } = whole;
      const { names, statistics: seen, results } = await computeStep(whole, runtime, target());
      const expected = [...tensors.keys()].filter((key) => key.startsWith('gradient/'));
      expect(names.map((of) => `gradient/${of}`).sort()).toEqual(expected.sort());
      expect(seen).toHaveLength(statistics);
      expect(relativeError(dataOf(results.loss), dataOf(tensors.get('loss')))).toBeLessThan(1e-5);
      for (const of of ['logits', ...expected, ...seen.map((of) => `running/${of}`)])
        expect(relativeError(dataOf(results[of]), dataOf(tensors.get(of))), of).toBeLessThan(1e-4);
    });

    test('with the encoder frozen, and its batch norms in inference form', async () => {
      const { tensors } = frozen;
      const { names, statistics: seen, results } = await computeStep(frozen, runtime, target());
      const expected = [...tensors.keys()].filter((key) => key.startsWith('frozen/gradient/'));
      expect(names.map((of) => `frozen/gradient/${of}`).sort()).toEqual(expected.sort());
      expect(seen.filter((of) => of.startsWith('encoder'))).toEqual([]);
      const loss = dataOf(tensors.get('frozen/loss'));
      expect(relativeError(dataOf(results.loss), loss)).toBeLessThan(1e-5);
      for (const of of names) {
        const gradient = dataOf(tensors.get(`frozen/gradient/${of}`));
        expect(relativeError(dataOf(results[`gradient/${of}`]), gradient), of).toBeLessThan(1e-4);
      }
    });
  });

  test('inference: for one size in this machine’s forms, and the portable graph', async () => {
    const { spec, size, tensors } = whole;
    const model = buildModel(spec, size, firstParameters(spec, 0));
    const expected = dataOf(tensors.get('logits/inference')).map((z) => 1 / (1 + Math.exp(-z)));
    const portable = inferenceGraph(model);
    expect(portable.nodes.map(({ operator }) => operator)).not.toContain('BatchNormalization');
    for (const graph of [sizedInferenceGraph(model, size, runtime.target), portable]) {
      const program = await runtime.load(graph);
      const { probability } = await program.run({ image: asFloat(tensors.get('image')) });
      expect(relativeError(dataOf(probability), expected)).toBeLessThan(1e-6);
    }
  });
});

// Training is on squares.
test.each(['resnet-training-17', 'resnet-folded-13', 'mobilenet-v2-training-13'])(
  '%s: a step of the trainer takes the decoder where Adam takes it, the encoder stays to the bit',
  async (name) => {
    const { spec, size, tensors } = openReference(folder, name, patternFor(name));
    const { batch, height: side } = size;
    const trainer = await Trainer.create({
      runtime,
      spec,
      recipe: { batch, microBatch: batch, crop: side, negativeWeight },
      tileSize: { width: side, height: side },
      parameters: firstParameters(spec, 0),
    });
    const [image, mask] = ['image', 'mask'].map((key) => dataOf(asFloat(tensors.get(key))));
    const before = await trainer.snapshot();
    const loss = await trainer.step({ image, mask, size: side }, 1, 1e-3);
    const after = await trainer.snapshot();
    expect(loss).toBeCloseTo(dataOf(tensors.get('frozen/loss'))[0] as number, 5);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const { name: of, readers } of spec.parameters) {
      const [old, now] = [dataOf(before.get(of)), dataOf(after.get(of))];
      if (readers[0]?.startsWith('/encoder')) expect(now, of).toEqual(old);
      const expected = tensors.get(`frozen/after/${of}`);
      if (expected === undefined) continue;
      const way = dataOf(expected).map((value, i) => value - (old[i] as number));
      const gone = now.map((value, i) => value - (old[i] as number));
      // Adam moves a weight by its gradient's sign: where the gradient is next to nothing, anywhere.
      expect(relativeError(gone, way), of).toBeLessThan(1e-3);
    }
    const moved = [...after].filter(([of, { data }]) => `${data}` !== `${before.get(of)?.data}`);
    expect(moved.length).toBeGreaterThan(20);
  },
);
