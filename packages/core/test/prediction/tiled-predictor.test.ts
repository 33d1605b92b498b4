import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  createPredictor,
  initialParameters,
  type ModelSpec,
  networkReach,
  notebookSpecs,
  type Predictor,
  type RgbPixels,
  randomStream,
  sizeMultiple,
  tiledPredictor,
} from '@vascula/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let runtime: Awaited<ReturnType<typeof createNodeRuntime>>;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const unet: ModelSpec = { ...notebookSpecs.unet, base: 2, depth: 3, kernel: 3 };
const specs = {
  'a U-Net': unet,
  'a deeper U-Net': { ...unet, depth: 4 },
  'an FCN': { ...notebookSpecs.fcn, base: 2, depth: 3 },
};

/** With random numbers everywhere, biases and statistics too. */
function randomModel(spec: ModelSpec) {
  const side = sizeMultiple(spec);
  const initial = initialParameters(4);
  const model = buildModel(spec, { batch: 1, height: side, width: side }, (parameter) => {
    if (parameter.role === 'kernel') return initial(parameter).map((w) => 2 * w);
    const random = randomStream(7, parameter.name);
    const low = parameter.role === 'variance' || parameter.role === 'scale' ? 0.5 : -0.5;
    return Float32Array.from(initial(parameter), () => random.uniform(low, low + 1));
  });
  return { model, multiple: side, reach: networkReach(model) as number };
}

const noise = (seed: number, width: number, height: number): RgbPixels => {
  const random = randomStream(seed, 'noise');
  const data = Uint8Array.from({ length: 3 * width * height }, () => random.integer(256));
  return { data, width, height };
};

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, p) => Math.max(most, Math.abs(value - (b[p] as number))), 0);

const up = (size: number, multiple: number) => Math.ceil(size / multiple) * multiple;

describe.each(Object.entries(specs))('%s', (_, spec) => {
  const network = randomModel(spec);
  const { multiple, reach } = network;
  let whole: Predictor;
  beforeAll(() => {
    whole = createPredictor(runtime, network.model);
  });

  const sizes = {
    width: fc.integer({ min: 1, max: 150 }),
    height: fc.integer({ min: 1, max: 150 }),
    overlap: fc
      .integer({ min: 0, max: 3 })
      .map((extra) => up(2 * reach, multiple) + extra * multiple),
    more: fc.integer({ min: 1, max: 8 }).map((count) => count * multiple),
    seed: fc.nat(),
  };

  test('windows that share twice what it sees give the whole prediction, to the border', async () => {
    let several = 0;
    await fc.assert(
      fc.asyncProperty(fc.record(sizes), async ({ width, height, overlap, more, seed }) => {
        const image = noise(seed, width, height);
        let windows = 0;
        const tiled = tiledPredictor(
          whole,
          { window: overlap + more, overlap, exact: true },
          multiple,
          {
            progress: (_, total) => {
              windows = total;
            },
          },
        );
        expect(largestDifference(await tiled(image), await whole(image))).toBeLessThan(1e-5);
        several += Number(windows > 1);
      }),
      { numRuns: 40 },
    );
    expect(several).toBeGreaterThan(10);
  });

  test('with less overlap than it sees they do not, so that there is something to see', async () => {
    const image = noise(1, 130, 90);
    const tiling = { window: 8 * multiple, overlap: 0, exact: true };
    const tiled = await tiledPredictor(whole, tiling, multiple)(image);
    expect(largestDifference(tiled, await whole(image))).toBeGreaterThan(1e-3);
  });

  test('it sees as far as was worked out, and no further', async () => {
    const size = up(4 * reach, multiple);
    const image = { ...noise(3, size, size) };
    const plain = await whole(image);
    let furthest = 0;
    for (let phase = 0; phase < 2 * multiple; phase++) {
      const [row, column] = [size / 2 + phase, size / 2 - phase];
      const data = image.data.slice();
      for (let c = 0; c < 3; c++) data[3 * (row * size + column) + c] ^= 255;
      (await whole({ ...image, data })).forEach((value, p) => {
        if (value === plain[p]) return;
        const [y, x] = [Math.floor(p / size), p % size];
        furthest = Math.max(furthest, Math.abs(y - row), Math.abs(x - column));
      });
    }
    expect(furthest).toBeLessThanOrEqual(reach);
    // A change dies out where a maximum is another pixel's: not every path is met.
    expect(furthest).toBeGreaterThan(reach / 2);
  });
});

test('blended: a network that sees one pixel only comes out as it is, whatever the windows', async () => {
  const green: Predictor = async ({ data, width, height }) =>
    Float32Array.from({ length: width * height }, (_, p) => (data[3 * p + 1] as number) / 255);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        width: fc.integer({ min: 1, max: 90 }),
        height: fc.integer({ min: 1, max: 90 }),
        multiple: fc.constantFrom(1, 2, 4, 8),
        units: fc.integer({ min: 1, max: 6 }),
        shared: fc.nat({ max: 5 }),
        exact: fc.boolean(),
      }),
      async ({ width, height, multiple, units, shared, exact }) => {
        const tiling = {
          window: units * multiple,
          overlap: Math.min(shared, units - 1) * multiple,
          exact,
        };
        const image = noise(width * height, width, height);
        const map = await tiledPredictor(green, tiling, multiple)(image);
        expect(map).toHaveLength(width * height);
        expect(largestDifference(map, await green(image))).toBeLessThan(1e-6);
      },
    ),
  );
});

test('blended: nearer to a window’s middle counts more, as exp(-x² / 2 (W/8)²)', async () => {
  let call = 0;
  const numbered: Predictor = async ({ width, height }) =>
    new Float32Array(width * height).fill(call++);
  const map = await tiledPredictor(
    numbered,
    { window: 8, overlap: 4, exact: false },
    4,
  )(noise(1, 12, 4));
  const bell = (x: number) => Math.exp(-((x - 3.5) ** 2) / 2);
  const second = [4, 5, 6, 7].map((x) => bell(x - 4) / (bell(x) + bell(x - 4)));
  const row = [0, 0, 0, 0, ...second, 1, 1, 1, 1];
  for (let p = 0; p < 48; p++) expect(map[p]).toBeCloseTo(row[p % 12] as number, 6);
});

test('refused: windows and overlaps that are no multiples, an overlap as large as the window', async () => {
  const image = noise(1, 4, 4);
  const never: Predictor = () => Promise.reject(new Error('was asked'));
  for (const [window, overlap] of [
    [10, 0],
    [16, 3],
    [16, 16],
    [16, -8],
  ] as const)
    await expect(tiledPredictor(never, { window, overlap, exact: true }, 8)(image)).rejects.toThrow(
      `windows of ${window} that share ${overlap}, for a network of multiples of 8`,
    );
});

test('what progress throws ends it', async () => {
  const zeros: Predictor = async ({ width, height }) => new Float32Array(width * height);
  const seen: [number, number][] = [];
  const tiled = tiledPredictor(zeros, { window: 8, overlap: 0, exact: true }, 8, {
    progress(done, total) {
      seen.push([done, total]);
      if (done === 2) throw new Error('enough');
    },
  });
  await expect(tiled(noise(1, 20, 20))).rejects.toThrow('enough');
  expect(seen).toEqual([
    [1, 9],
    [2, 9],
  ]);
});

test('averaged windows give no probability above 1, though their weights are rounded', async () => {
  const ones: Predictor = async ({ width, height }) => new Float32Array(width * height).fill(1);
  const tiling = { window: 256, overlap: 128, exact: false };
  const map = await tiledPredictor(ones, tiling, 16)(noise(1, 512, 512));
  expect(map.reduce((most, value) => Math.max(most, value))).toBe(1);
  expect(map.reduce((least, value) => Math.min(least, value))).toBeGreaterThan(1 - 1e-6);
});
