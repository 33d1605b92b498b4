import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillPolygons, type Point, randomStream } from '@vascula/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataset } from '../../dist/dataset/index.js';
import { tileTruth } from '../../dist/score/index.js';
import { SIZE, temporaryFolder, writeGoodFolder } from '../support/folder.js';

const size = { width: SIZE, height: SIZE };

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  folder = join(temporary.path, 'data');
  await mkdir(folder);
  await writeGoodFolder(folder);
});
afterAll(() => temporary.remove());

async function truthOf(annotations: readonly { type: string; outline: readonly Point[] }[]) {
  const written = annotations.map(({ type, outline }) => ({ type, coordinates: [outline] }));
  await writeFile(
    join(folder, 'polygons.jsonl'),
    `${JSON.stringify({ id: 'aa', annotations: written })}\n`,
  );
  const [tile] = (await openDataset(folder)).tiles;
  return tileTruth(tile, size);
}

test('outlines anywhere, one by one: each has the pixels that it has by itself', async () => {
  const random = randomStream(1, 'outlines');
  const coordinate = () => {
    const value = random.uniform(-12, SIZE + 12);
    return random.chance(0.05) ? 1000 * value : random.chance(0.5) ? Math.round(value) : value;
  };
  const types = ['blood_vessel', 'unsure'];
  const annotations = Array.from({ length: 3000 }, () => ({
    type: types[random.integer(2)],
    outline: Array.from(
      { length: 3 + random.integer(5) },
      (): Point => [coordinate(), coordinate()],
    ),
  }));
  const { vessels, unsure } = await truthOf(annotations);
  const of = (wanted: string) =>
    annotations.flatMap(({ type, outline }) => (type === wanted ? [outline] : []));
  for (const [instances, type] of [
    [vessels, 'blood_vessel'],
    [unsure, 'unsure'],
  ] as const) {
    const masks = of(type)
      .map((outline) => fillPolygons([outline], SIZE, SIZE))
      .filter((mask) => mask.includes(1));
    expect(masks.length).toBeLessThan(of(type).length);
    expect(instances).toHaveLength(masks.length);
    const wrong = instances.flatMap(({ box, mask, area }, k) => {
      const whole = new Uint8Array(SIZE * SIZE);
      mask.forEach((pixel, at) => {
        const row = Math.floor(at / box.width);
        whole[(box.y + row) * SIZE + box.x + (at % box.width)] = pixel;
      });
      const pixels = whole.reduce((sum, pixel) => sum + pixel, 0);
      return pixels === area && Buffer.from(whole).equals(masks[k]) ? [] : [k];
    });
    expect(wrong).toEqual([]);
  }
});

test('glomeruli are one mask', async () => {
  const outlines: Point[][] = [
    [
      [-3, 4],
      [9, 4],
      [9, 20],
    ],
    [
      [6, 10],
      [25, 12],
      [8, 40],
    ],
  ];
  const { glomeruli, vessels } = await truthOf(
    outlines.map((outline) => ({ type: 'glomerulus', outline })),
  );
  expect(glomeruli).toEqual(fillPolygons(outlines, SIZE, SIZE));
  expect(vessels).toEqual([]);
});

test('an outline beside the tile is no vessel', async () => {
  const outline: Point[] = [
    [SIZE, 2],
    [SIZE + 5, 2],
    [SIZE + 5, 9],
  ];
  const { vessels, unsure } = await truthOf([{ type: 'blood_vessel', outline }]);
  expect([vessels, unsure]).toEqual([[], []]);
});
