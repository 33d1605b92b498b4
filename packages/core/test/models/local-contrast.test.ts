import { readFileSync } from 'node:fs';
import { float32, type Runtime } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  buildModel,
  emptyParameters,
  type ModelSpec,
  networkReach,
  notebookSpecs,
} from '@vascula/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NetworkBuilder } from '../../dist/models/network.js';

const cases: readonly {
  readonly height: number;
  readonly width: number;
  readonly side: number;
  readonly image: number[];
  readonly contrast: number[];
}[] = JSON.parse(readFileSync(new URL('../fixtures/local-contrast.json', import.meta.url), 'utf8'));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

/** What the contrast layer alone makes of images [N, 3, H, W]. */
async function contrastOf(shape: readonly number[], image: readonly number[], side: number) {
  const network = new NetworkBuilder('contrast', emptyParameters, 0.9);
  const scaled = network.rescaling(network.input(shape));
  const program = await runtime.load(network.build(network.localContrast(scaled, side)));
  const { logits } = await program.run({ image: float32(shape, image) });
  return Array.from(logits?.data as Float32Array);
}

test.each(cases)(
  '$height x $width in windows of $side is NumPy’s, window by window',
  async (one) => {
    const { height, width, side, image, contrast } = one;
    const found = await contrastOf([1, 3, height, width], image, side);
    const worst = Math.max(...found.map((value, at) => Math.abs(value - (contrast[at] as number))));
    expect(worst).toBeLessThan(2e-5);
  },
);

test('a darker picture of less contrast comes out the same', async () => {
  const bright = Array.from({ length: 3 * 256 }, (_, i) => 150 + 90 * Math.sin(i * i));
  const [one, other] = await Promise.all([
    contrastOf([1, 3, 16, 16], bright, 7),
    contrastOf(
      [1, 3, 16, 16],
      bright.map((value) => 20 + value / 3),
      7,
    ),
  ]);
  const worst = Math.max(...one.map((value, at) => Math.abs(value - (other[at] as number))));
  // What is added to the deviation is 1/64, of deviations of 0.5 and 0.17.
  expect(worst).toBeLessThan(0.2);
  expect(Math.max(...one)).toBeGreaterThan(1.2);
});

test('it adds no parameters, and the network sees a window further', () => {
  const plain: ModelSpec = { ...notebookSpecs.unet, base: 2, depth: 3, kernel: 3 };
  const model = (spec: ModelSpec) =>
    buildModel(spec, { batch: 1, height: 32, width: 32 }, emptyParameters);
  const even = model({ ...plain, localContrast: 9 });
  expect(even.parameters).toEqual(model(plain).parameters);
  expect(networkReach(even)).toBe((networkReach(model(plain)) as number) + 8);
});

test.each([
  [4, 'an odd number'],
  [1, 'a whole number from 3 to 255'],
  [257, 'a whole number from 3 to 255'],
])('a window of %i is refused', (localContrast, expected) => {
  const spec = { ...notebookSpecs.unet, localContrast };
  expect(() => buildModel(spec, { batch: 1, height: 32, width: 32 }, emptyParameters)).toThrow(
    `model: localContrast: is ${localContrast}; expected ${expected}`,
  );
});
