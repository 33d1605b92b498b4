import { createNodeRuntime } from '@vascula/autograd/node';
import {
  augmentedPredictor,
  averagePredictor,
  buildModel,
  createPredictor,
  initialParameters,
  notebookSpecs,
  type Predictor,
  type RgbPixels,
  randomStream,
  tiledPredictor,
} from '@vascula/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

let runtime: Awaited<ReturnType<typeof createNodeRuntime>>;
let networks: Predictor[];
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
  networks = [1, 2, 3].map((seed) =>
    createPredictor(
      runtime,
      buildModel(
        { ...notebookSpecs.unet, base: 2, depth: 3, kernel: 3 },
        { batch: 1, height: 8, width: 8 },
        initialParameters(seed),
      ),
    ),
  );
});
afterAll(() => runtime.close());

const noise = (seed: number, width: number, height: number): RgbPixels => {
  const random = randomStream(seed, 'noise');
  const data = Uint8Array.from({ length: 3 * width * height }, () => random.integer(256));
  return { data, width, height };
};

type Plane<Values> = { data: Values; width: number; height: number };
/** A pixel of the result is that of the source: written out, channel by channel. */
function moved<Values extends Uint8Array | Float32Array>(
  { data, width, height }: Plane<Values>,
  channels: number,
  move: string,
): Plane<Values> {
  const [w, h] = move === 'turned' ? [height, width] : [width, height];
  const result = data.slice() as Values;
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const from =
        move === 'left-right'
          ? y * width + (width - 1 - x)
          : move === 'up-down'
            ? (height - 1 - y) * width + x
            : // By 90 degrees, clockwise.
              (height - 1 - x) * width + y;
      for (let c = 0; c < channels; c++)
        result[channels * (y * w + x) + c] = data[channels * from + c] as number;
    }
  return { data: result, width: w, height: h };
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, p) => Math.max(most, Math.abs(value - (b[p] as number))), 0);

const moves = { flips: ['left-right', 'up-down'], dihedral: ['left-right', 'up-down', 'turned'] };

test('a mirrored or turned image gives the mirrored or turned map, tiled too', async () => {
  const [network] = networks as [Predictor];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      fc.constantFrom('flips' as const, 'dihedral' as const),
      fc.boolean(),
      async (width, height, seed, augmentation, tiled) => {
        const tiling = { window: 16, overlap: 8, exact: false };
        const inner = tiled ? tiledPredictor(network, tiling, 4) : network;
        const predict = augmentedPredictor(inner, augmentation);
        const image = noise(seed, width, height);
        const map = { data: await predict(image), width, height };
        for (const move of moves[augmentation]) {
          const found = await predict(moved(image, 3, move));
          expect(largestDifference(found, moved(map, 1, move).data)).toBeLessThan(1e-6);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('without augmentation it does not', async () => {
  const image = noise(5, 20, 12);
  const predict = augmentedPredictor(networks[0] as Predictor, 'none');
  expect(predict).toBe(networks[0]);
  const map = { data: await predict(image), width: 20, height: 12 };
  const found = await predict(moved(image, 3, 'left-right'));
  expect(largestDifference(found, moved(map, 1, 'left-right').data)).toBeGreaterThan(1e-3);
});

test('each symmetry is asked once, and its map laid back: red comes out as red', async () => {
  for (const [augmentation, times] of [
    ['flips', 4],
    ['dihedral', 8],
  ] as const) {
    const asked = new Set<string>();
    const red: Predictor = async ({ data, width, height }) => {
      asked.add(`${width} x ${height}: ${data}`);
      return Float32Array.from({ length: width * height }, (_, p) => data[3 * p] as number);
    };
    const image = noise(2, 5, 3);
    const map = await augmentedPredictor(red, augmentation)(image);
    expect(asked.size).toBe(times);
    expect([...map]).toEqual(Array.from({ length: 15 }, (_, p) => image.data[3 * p]));
  }
});

test('an ensemble is the mean of its networks, and leaves their maps alone', async () => {
  const image = noise(9, 11, 6);
  const maps = await Promise.all(networks.map((network) => network(image)));
  const kept = maps.map((map) => map.slice());
  const fixed = maps.map((map) => async () => map);
  const mean = await averagePredictor(fixed)(image);
  mean.forEach((value, p) => {
    expect(value).toBeCloseTo(maps.reduce((sum, map) => sum + (map[p] as number), 0) / 3, 6);
  });
  expect(maps).toEqual(kept);
  expect(averagePredictor(networks.slice(0, 1))).toBe(networks[0]);
  expect(() => averagePredictor([])).toThrow('no networks');
});
