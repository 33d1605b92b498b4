import { lower, plainTarget, type Runtime, type Tensor, trainingForm } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  createPredictor,
  IGNORED,
  initialParameters,
  type LossName,
  lossNames,
  type Method,
  type ModelSpec,
  methodDefaults,
  notebookSpecs,
  randomStream,
  storedParameters,
  Trainer,
  type TrainerOptions,
  trainingBytes,
} from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const spec: ModelSpec = { ...notebookSpecs.unet, base: 2, depth: 4, kernel: 3, momentum: 0.5 };
const recipe = { ...methodDefaults, batch: 2, microBatch: 2, crop: 16, negativeWeight: 3 };
const everything: Partial<Method> = {
  loss: 'dice-bce',
  optimiser: 'adamw',
  weightDecay: 0.1,
  ema: 0.9,
  deepSupervision: true,
};
const tileSize = { width: 24, height: 16 };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const create = (
  changes: Partial<TrainerOptions['recipe']> = {},
  others: Partial<TrainerOptions> = {},
) =>
  Trainer.create({
    runtime,
    spec,
    recipe: { ...recipe, ...changes },
    tileSize,
    parameters: initialParameters(1),
    ...others,
  });

const random = randomStream(9, 'method');
const noise = (length: number) => Float32Array.from({ length }, () => random.integer(256));
/** Twice the same image, so that batch normalisation sees the same of one as of both; other truths. */
const half = noise(3 * 256);
const batch = {
  image: Float32Array.from([...half, ...half]),
  mask: Float32Array.from({ length: 512 }, (_, i) =>
    i % 11 === 3 ? IGNORED : Number(i < 256 ? i % 5 === 0 : i % 40 === 7),
  ),
  size: 16,
};
const data = (tensor: Tensor | undefined) => tensor?.data as Float32Array;
const largest = (values: Iterable<number>) => Math.max(...[...values].map(Math.abs));

/** Loss and gradient of a step at rate 0: of the gradient Adam's mean is then a tenth. */
async function gradientOf(trainer: Trainer, fed = batch) {
  const loss = await trainer.step(fed, 1, 0);
  return {
    loss,
    gradient: data((await trainer.snapshot()).get('optimiser/mean')).map((g) => 10 * g),
  };
}

const settings = lossNames.flatMap((loss) =>
  [false, true].map((deepSupervision) => ({ loss, deepSupervision })),
);

describe.each(settings)('$loss, deep supervision $deepSupervision', (method) => {
  test('micro-batches with other truths add up to the batch', async () => {
    const whole = await gradientOf(await create(method));
    const parts = await gradientOf(await create({ ...method, microBatch: 1 }));
    expect(Math.abs(parts.loss / whole.loss - 1)).toBeLessThan(1e-5);
    const size = largest(whole.gradient);
    expect(size).toBeGreaterThan(0);
    whole.gradient.forEach((value, i) => {
      expect(Math.abs((parts.gradient[i] as number) - value)).toBeLessThan(2e-5 * size);
    });
  });

  test('all pixels ignored: no loss and no gradient', async () => {
    const none = { ...batch, mask: new Float32Array(512).fill(IGNORED) };
    const { loss, gradient } = await gradientOf(await create(method), none);
    expect([loss, largest(gradient)]).toEqual([0, 0]);
  });

  test('the gradient is that of differences', async () => {
    const { gradient } = await gradientOf(await create(method));
    const names = ['head.weight', 'right1.up.weight', 'left1.norm.scale'];
    if (method.deepSupervision) names.push('coarser1.weight', 'coarser2.bias');
    const build = { batch: 2, height: 16, width: 16 };
    const model = buildModel(spec, build, initialParameters(1), method);
    const { idleBiases } = trainingForm(model.graph);
    const trained = model.parameters.filter((p) => p.trainable && !idleBiases.has(p.name));
    const offsets = new Map<string, number>();
    let end = 0;
    for (const { name, shape } of trained) {
      offsets.set(name, end);
      end += shape.reduce((a, b) => a * b, 1);
    }
    expect(end).toBe(gradient.length);
    const size = largest(gradient);
    for (const name of names) {
      const shifted = async (by: number) =>
        (
          await gradientOf(
            await create(method, {
              parameters: (parameter) => {
                const values = initialParameters(1)(parameter).slice();
                if (parameter.name === name) values[0] = (values[0] as number) + by;
                return values;
              },
            }),
          )
        ).loss;
      const [above, below] = [await shifted(5e-3), await shifted(-5e-3)];
      const slope = (above - below) / 1e-2;
      const found = gradient[offsets.get(name) as number] as number;
      expect(Math.abs(found - slope), name).toBeLessThan(0.02 * size + 1e-4);
    }
  });
});

/** The formulas of docs/recipes.md on numbers. */
const formulas: Record<LossName, (p: number[], y: number[]) => number> = {
  balanced: (p, y) => {
    const costs = (of: number) => p.flatMap((q, i) => (y[i] === of ? [cost(q, of)] : []));
    return mean(costs(1)) + 3 * mean(costs(0));
  },
  'dice-bce': (p, y) => {
    const shared = sum(p.map((q, i) => q * (y[i] as number)));
    return 1 - (2 * shared + 1) / (sum(p) + sum(y) + 1) + mean(p.map((q, i) => cost(q, y[i])));
  },
  focal: (p, y) =>
    mean(p.map((q, i) => (y[i] ? 0.25 * (1 - q) ** 2 : 0.75 * q ** 2) * cost(q, y[i]))),
  tversky: (p, y) => {
    const found = sum(p.map((q, i) => q * (y[i] as number)));
    const wrong = sum(p.map((q, i) => q * (1 - (y[i] as number))));
    const missed = sum(y) - found;
    return 1 - (2 * found + 1) / (2 * found + 0.6 * wrong + 1.4 * missed + 1);
  },
};
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => (values.length === 0 ? 0 : sum(values) / values.length);
const cost = (p: number, y: number | undefined) => -Math.log(y ? p : 1 - p);

test('deep supervision: the loss is that of each level against the truth of its blocks', async () => {
  const size = { batch: 2, height: 16, width: 16 };
  const model = buildModel(spec, size, initialParameters(1), { deepSupervision: true });
  const program = await runtime.load(lower(trainingForm(model.graph).graph, plainTarget));
  const { image } = batch;
  const outputs = await program.run({
    image: { type: 'float32', shape: [2, 3, 16, 16], data: image },
  });
  let expected = 0;
  for (const level of [0, 1, 2]) {
    const side = 16 >> level;
    const logits = data(outputs[level === 0 ? 'logits' : `logits/level${level}`]);
    expect(logits).toHaveLength(2 * side * side);
    const truth = Array.from({ length: 2 * side * side }, (_, i) => {
      const [b, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
      const scale = 2 ** level;
      const block = Array.from({ length: scale * scale }, (_, k) => {
        const row = y * scale + Math.floor(k / scale);
        return batch.mask[b * 256 + row * 16 + x * scale + (k % scale)] as number;
      });
      return Math.max(...block);
    });
    const counted = truth.flatMap((y, i) => (y === IGNORED ? [] : [i]));
    const p = counted.map((i) => 1 / (1 + Math.exp(-(logits[i] as number))));
    const y = counted.map((i) => truth[i] as number);
    expected += (formulas.balanced(p, y) * 4 * 2 ** -level) / 7;
  }
  const trainer = await create({ deepSupervision: true });
  expect(Math.abs((await trainer.step(batch, 1, 0)) / expected - 1)).toBeLessThan(1e-5);
});

test.each(lossNames)('%s: the validation loss is the formula on what counts', async (loss) => {
  const trainer = await create({ loss });
  const [width, height] = [21, 13];
  const image = { width, height, data: Uint8Array.from(noise(width * height * 3)) };
  const mask = Uint8Array.from(
    { length: width * height },
    (_, i) => [0, 1, 0, IGNORED][i % 4] ?? 0,
  );
  const { probability, sums } = await trainer.validate(image, mask);
  const counted = [...mask.keys()].filter((i) => mask[i] !== IGNORED);
  const p = counted.map((i) => probability[i] as number);
  const expected = formulas[loss](
    p,
    counted.map((i) => mask[i] as number),
  );
  expect(Math.abs(trainer.validationLoss(sums) / expected - 1)).toBeLessThan(1e-5);
});

describe('AdamW', () => {
  test('shrinks kernels by rate times decay, and leaves biases, scales and shifts alone', async () => {
    const after = async (weightDecay: number) => {
      const trainer = await create({ optimiser: 'adamw', weightDecay, deepSupervision: true });
      await trainer.step(batch, 1, 0.01);
      return trainer.snapshot();
    };
    const [plain, decayed] = [await after(0), await after(0.5)];
    let kernels = 0;
    for (const [name, tensor] of plain) {
      if (!name.endsWith('.weight')) {
        expect(decayed.get(name), name).toEqual(tensor);
        continue;
      }
      kernels++;
      const first = initialParameters(1);
      const { parameters } = buildModel(spec, { batch: 1, height: 8, width: 8 }, first, {
        deepSupervision: true,
      });
      const parameter = parameters.find((p) => p.name === name);
      const start = first(parameter as NonNullable<typeof parameter>);
      data(tensor).forEach((value, i) => {
        const expected = value - 0.01 * 0.5 * (start[i] as number);
        expect(Math.abs((data(decayed.get(name))[i] as number) - expected)).toBeLessThan(1e-7);
      });
    }
    expect(kernels).toBe(7 + 3 + 1 + 2);
  });
});

describe('the moving average', () => {
  test('follows weights and running statistics by min(ema, (1 + t) / (10 + t))', async () => {
    const trainer = await create({ ema: 0.25 });
    let expected = [...(await trainer.snapshot())].filter(
      ([name]) => !/^(optimiser|average)/.test(name),
    );
    for (let step = 1; step <= 6; step++) {
      await trainer.step(batch, step, 0.01);
      const now = await trainer.snapshot();
      const decay = Math.min(0.25, (1 + step) / (10 + step));
      expected = expected.map(([name, tensor]) => [
        name,
        {
          ...tensor,
          data: data(tensor).map(
            (value, i) => decay * value + (1 - decay) * (data(now.get(name))[i] as number),
          ),
        },
      ]);
    }
    const snapshot = await trainer.snapshot();
    const handedOut = trainer.handedOut(snapshot);
    expect([...handedOut.keys()]).toEqual([...snapshot.keys()]);
    for (const [name, { data: values }] of expected) {
      const found = data(handedOut.get(name));
      values.forEach((value, i) => {
        expect(Math.abs((found[i] as number) - Number(value)), name).toBeLessThan(1e-5);
      });
    }
    for (const name of ['head.weight', 'left2.norm.mean', 'left2.norm.scale'])
      expect(handedOut.get(name)).not.toEqual(snapshot.get(name));
  });

  test('is what validation sees, and what is handed out; without auxiliary heads', async () => {
    const trainer = await create(everything);
    for (let step = 1; step <= 5; step++) await trainer.step(batch, step, 0.02);
    const image = { ...tileSize, data: Uint8Array.from(noise(24 * 16 * 3)) };
    const { probability } = await trainer.validate(image, new Uint8Array(24 * 16));
    const snapshot = await trainer.snapshot();
    const predicted = async (tensors: ReadonlyMap<string, Tensor>) => {
      const model = buildModel(
        spec,
        { batch: 1, height: 8, width: 8 },
        storedParameters(tensors, ''),
      );
      expect(model.parameters.every(({ name }) => !name.startsWith('coarser'))).toBe(true);
      const map = await createPredictor(runtime, model)(image);
      return largest(map.map((p, i) => p - (probability[i] as number)));
    };
    expect(await predicted(trainer.handedOut(snapshot))).toBeLessThan(1e-5);
    expect(await predicted(snapshot)).toBeGreaterThan(1e-3);
  });

  test('without one, what is handed out is the snapshot', async () => {
    const trainer = await create();
    const snapshot = await trainer.snapshot();
    expect(trainer.handedOut(snapshot)).toEqual(snapshot);
  });

  test('is counted in the estimate of memory', () => {
    const setup = { spec: { ...spec, base: 64 }, tileSize };
    const bytes = (changes: Partial<Method>) =>
      trainingBytes({ ...setup, recipe: { ...recipe, ...changes } }, plainTarget);
    expect(bytes({ ema: 0.9 })).toBeGreaterThan(bytes({}));
    expect(bytes({ optimiser: 'adamw' })).toBeGreaterThan(bytes({}));
  });
});

test('with everything at once a snapshot goes on bit for bit; what it lacks is said', async () => {
  const whole = await create(everything);
  for (let step = 1; step <= 4; step++) await whole.step(batch, step, 0.01);
  const first = await create(everything);
  for (let step = 1; step <= 2; step++) await first.step(batch, step, 0.01);
  const saved = await first.snapshot();
  const stored = storedParameters(saved, 'saved');
  const second = await create(everything, { parameters: stored, slots: stored });
  for (let step = 3; step <= 4; step++) await second.step(batch, step, 0.01);
  expect(await second.snapshot()).toEqual(await whole.snapshot());

  for (const missing of ['average/weights', 'average/statistics', 'coarser2.weight']) {
    const partial = storedParameters(new Map([...saved].filter(([name]) => name !== missing)), 'x');
    await expect(create(everything, { parameters: partial, slots: partial })).rejects.toThrow(
      `x: ${missing}: is missing`,
    );
  }
});

test('a step that is not finite moves no average', async () => {
  const trainer = await create(
    { ...everything },
    {
      parameters: (parameter) => {
        const values = initialParameters(1)(parameter).slice();
        return parameter.name === 'coarser1.weight' ? values.fill(Number.NaN) : values;
      },
    },
  );
  const before = await trainer.snapshot();
  expect(await trainer.step(batch, 1, 0.01)).toBeNaN();
  expect(await trainer.snapshot()).toEqual(before);
  expect(await trainer.nonFinite(batch)).toEqual({ kind: 'weights', name: 'coarser1.weight' });
});

test('images of any size: more sizes than get a program of their own agree with one that has its own', async () => {
  const sizes = [
    [24, 16],
    [8, 8],
    [40, 9],
    [9, 40],
    [17, 33],
    [50, 26],
    [3, 5],
    [17, 33],
    [24, 16],
  ] as const;
  const many = await create({ ema: 0.5 });
  for (let step = 1; step <= 3; step++) await many.step(batch, step, 0.02);
  const stored = storedParameters(await many.snapshot(), 'saved');
  for (const [width, height] of sizes) {
    const image = { width, height, data: Uint8Array.from(noise(width * height * 3)) };
    const mask = Uint8Array.from({ length: width * height }, (_, i) => [0, 1, IGNORED][i % 3] ?? 0);
    const found = await many.validate(image, mask);
    const other = await createNodeRuntime({ threads: 1 });
    try {
      const one = await create({ ema: 0.5 }, { runtime: other, parameters: stored, slots: stored });
      const expected = await one.validate(image, mask);
      expect(found.probability).toHaveLength(width * height);
      expect(
        largest(found.probability.map((p, i) => p - (expected.probability[i] as number))),
      ).toBeLessThan(1e-5);
      for (const [name, value] of Object.entries(expected.sums))
        expect(Math.abs((found.sums[name] as number) - value)).toBeLessThan(
          1e-5 * Math.max(1, value),
        );
    } finally {
      await other.close();
    }
  }
});
