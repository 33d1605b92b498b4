import type { Runtime } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  augmentationPresets,
  buildModel,
  createPredictor,
  evenSampling,
  initialParameters,
  type ModelSpec,
  methodDefaults,
  notebookSpecs,
  type Recipe,
  randomStream,
  sizeMultiple,
  storedParameters,
  Trainer,
  type TrainerOptions,
} from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const spec: ModelSpec = { ...notebookSpecs.unet, base: 2, depth: 3, kernel: 3, momentum: 0.5 };
const recipe: Recipe = {
  ...methodDefaults,
  seed: 1,
  epochs: 1,
  batch: 2,
  microBatch: 2,
  crop: 16,
  learningRate: 1e-3,
  learningRateDecay: 1,
  negativeWeight: 3,
  sampling: evenSampling,
  augmentation: augmentationPresets.notebook,
  cutoff: 0.5,
};
const tileSize = { width: 23, height: 18 };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const create = (changes: Partial<TrainerOptions> = {}) =>
  Trainer.create({
    runtime,
    spec,
    recipe,
    tileSize,
    parameters: initialParameters(recipe.seed),
    ...changes,
  });

const noise = (length: number) => {
  const random = randomStream(3, 'noise');
  return Float32Array.from({ length }, () => random.integer(256));
};

const batch = (positive: (k: number) => number) => ({
  image: noise(2 * 3 * 256),
  mask: Float32Array.from({ length: 2 * 256 }, (_, k) => positive(k)),
  size: 16,
});

const tile = { ...tileSize, data: Uint8Array.from(noise(23 * 18 * 3)) };

describe('a batch whose pixels are all of one kind', () => {
  const first = async (value: number, negativeWeight: number) => {
    const trainer = await create({ recipe: { ...recipe, negativeWeight } });
    const before = await trainer.snapshot();
    const loss = await trainer.step(
      batch(() => value),
      1,
      recipe.learningRate,
    );
    const after = await trainer.snapshot();
    for (const { data } of after.values())
      expect((data as Float32Array).every(Number.isFinite)).toBe(true);
    return { loss, before, after };
  };

  test('negative: the positive term is 0, the loss that of the other alone', async () => {
    expect((await first(0, 0)).loss).toBe(0);
    const { loss, before, after } = await first(0, 3);
    expect(loss / (await first(0, 1)).loss).toBeCloseTo(3, 5);
    expect(after.get('head.weight')).not.toEqual(before.get('head.weight'));
  });

  test('positive: the negative term is 0, whatever its weight', async () => {
    const { loss, before, after } = await first(1, 3);
    expect(loss).toBeGreaterThan(0.1);
    expect((await first(1, 0)).loss).toBe(loss);
    expect(after.get('head.weight')).not.toEqual(before.get('head.weight'));
  });

  test('a tile without vessel adds nothing to the positive sums', async () => {
    const trainer = await create();
    const { sums } = await trainer.validate(tile, new Uint8Array(23 * 18));
    expect(sums).toMatchObject({ positives: 0, positiveCost: 0, negatives: 23 * 18 });
    expect(trainer.validationLoss(sums)).toBeCloseTo((3 * sums.negativeCost) / (23 * 18), 9);
  });
});

test('what was added to reach the multiple does not count', async () => {
  expect(tileSize.width % sizeMultiple(spec)).not.toBe(0);
  const trainer = await create();
  const { probability, sums } = await trainer.validate(tile, new Uint8Array(23 * 18).fill(1));
  expect(probability).toHaveLength(23 * 18);
  expect(sums.positives).toBe(23 * 18);
  const cost = probability.reduce((sum, p) => sum - Math.log(p), 0);
  expect(sums.positiveCost / cost).toBeCloseTo(1, 5);
});

test('the network handed out predicts what validation saw', async () => {
  const trainer = await create();
  // Statistics and weights that are no longer the first ones.
  for (let step = 1; step <= 5; step++)
    await trainer.step(
      batch((k) => Number(k % 16 < 5)),
      step,
      recipe.learningRate,
    );
  const { probability } = await trainer.validate(tile, new Uint8Array(23 * 18));
  const stored = storedParameters(await trainer.snapshot(), 'snapshot');
  const model = buildModel(spec, { batch: 1, height: 4, width: 4 }, stored);
  const predicted = await createPredictor(runtime, model)(tile);
  expect(Math.max(...predicted.map((p, k) => Math.abs(p - probability[k])))).toBeLessThan(1e-5);
  expect(Math.max(...predicted) - Math.min(...predicted)).toBeGreaterThan(1e-3);
});

test('a snapshot goes on bit for bit; without its slots it is refused', async () => {
  const fed = batch((k) => Number(k % 7 === 0));
  const whole = await create();
  for (let step = 1; step <= 4; step++) await whole.step(fed, step, recipe.learningRate);
  const expected = await whole.snapshot();

  const first = await create();
  for (let step = 1; step <= 2; step++) await first.step(fed, step, recipe.learningRate);
  const saved = await first.snapshot();
  const stored = storedParameters(saved, 'saved');
  const second = await create({ parameters: stored, slots: stored });
  for (let step = 3; step <= 4; step++) await second.step(fed, step, recipe.learningRate);
  const resumed = await second.snapshot();
  expect([...resumed.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, tensor] of expected) expect(resumed.get(name), name).toEqual(tensor);

  const slots = [...saved.keys()].filter((name) => name.startsWith('optimiser/'));
  expect(slots.length).toBeGreaterThan(0);
  const partial = storedParameters(new Map([...saved].filter(([name]) => name !== slots[0])), 'x');
  await expect(create({ parameters: partial, slots: partial })).rejects.toThrow(
    `x: ${slots[0]}: is missing`,
  );
});

describe('micro-batches', () => {
  const fed = batch((k) => Number(k % 7 === 0 && k < 300));
  const steps = async (changes: Partial<TrainerOptions>) => {
    const trainer = await create(changes);
    const losses: number[] = [];
    for (let step = 1; step <= 3; step++)
      losses.push(await trainer.step(fed, step, recipe.learningRate));
    return { losses, tensors: await trainer.snapshot() };
  };

  test('are another recipe: batch normalisation sees one square; the same twice bit for bit', async () => {
    const one = { recipe: { ...recipe, microBatch: 1 } };
    const [whole, first, second] = [await steps({}), await steps(one), await steps(one)];
    expect(second).toEqual(first);
    expect([...first.tensors.keys()]).toEqual([...whole.tensors.keys()]);
    first.losses.forEach((loss, i) => {
      expect(Math.abs(loss / (whole.losses[i] as number) - 1)).toBeLessThan(0.1);
    });
    expect(first.tensors.get('head.weight')).not.toEqual(whole.tensors.get('head.weight'));
  });

  test('of equal squares are the whole batch, but for the running statistics', async () => {
    // Batch normalisation then sees the same whether it is given one of them or both.
    const half = { image: fed.image.slice(0, 3 * 256), mask: fed.mask.slice(0, 256) };
    const twins = {
      image: Float32Array.from([...half.image, ...half.image]),
      mask: Float32Array.from([...half.mask, ...half.mask]),
      size: 16,
    };
    const stepped = async (microBatch: number) => {
      const trainer = await create({ recipe: { ...recipe, microBatch } });
      // Rate 0: both steps have the same gradient, of which Adam's mean is then 0.19.
      const loss = await trainer.step(twins, 1, 0);
      await trainer.step(twins, 2, 0);
      const mean = (await trainer.snapshot()).get('optimiser/mean');
      return { loss, gradient: mean?.data as Float32Array };
    };
    const [whole, parts] = [await stepped(2), await stepped(1)];
    expect(parts.loss).toBeCloseTo(whole.loss, 5);
    const size = Math.max(...whole.gradient.map(Math.abs));
    expect(size).toBeGreaterThan(1e-3);
    whole.gradient.forEach((value, i) => {
      expect(Math.abs((parts.gradient[i] as number) - value)).toBeLessThan(1e-5 * size);
    });
  });
});

describe('numbers that are no longer finite', () => {
  const fed = batch((k) => Number(k % 7 === 0));
  const changed =
    (name: string, value: number): TrainerOptions['parameters'] =>
    (parameter) => {
      const data = initialParameters(recipe.seed)(parameter);
      return parameter.name === name ? data.fill(value) : data;
    };

  test.each([1, 2])(
    'nothing is updated, %i square(s) at once; the parameter is named',
    async (n) => {
      const trainer = await create({
        recipe: { ...recipe, microBatch: n },
        parameters: changed('right1.norm.scale', Number.POSITIVE_INFINITY),
        // Memory that would move the weights even without a gradient.
        slots: ({ shape }) => new Float32Array(shape[0] as number).fill(0.1),
      });
      const before = await trainer.snapshot();
      expect(await trainer.step(fed, 1, recipe.learningRate)).toBeNaN();
      expect(await trainer.snapshot()).toEqual(before);
      expect(await trainer.nonFinite(fed)).toEqual({ kind: 'weights', name: 'right1.norm.scale' });
    },
  );

  test.each([
    ['left2.conv.weight', 1e30, 'left2.norm'],
    ['right1.norm.bias', 3e38, 'right2.norm'],
  ])('%s of %f: the layer that overflows is named', async (name, value, layer) => {
    const trainer = await create({ parameters: changed(name, value) });
    expect(Number.isFinite(await trainer.step(fed, 1, recipe.learningRate))).toBe(false);
    expect(await trainer.nonFinite(fed)).toEqual({ kind: 'output', name: layer });
  });

  test('there is nothing to name where all is well', async () => {
    expect(await (await create()).nonFinite(fed)).toBeUndefined();
  });
});
