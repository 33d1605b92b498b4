import { readFileSync } from 'node:fs';
import {
  architectures,
  buildModel,
  emptyParameters,
  formatSummary,
  type ModelSpec,
  notebookSpecs,
  sizeMultiple,
  summariseModel,
} from '@vascula/core';
import { describe, expect, test } from 'vitest';

/** The two tables of the notebook's `model.summary()`, row by row: [type, output shape, parameters]. */
const tables = JSON.parse(
  readFileSync(new URL('../fixtures/notebook-tables.json', import.meta.url), 'utf8'),
);

const summary = (spec: ModelSpec, side = 512) =>
  summariseModel(buildModel(spec, { batch: 1, height: side, width: side }, emptyParameters));

describe.each(architectures)('%s', (architecture) => {
  test('every row of the notebook’s table, and its totals', () => {
    const { layers, ...totals } = summary(notebookSpecs[architecture]);
    const { layers: rows, ...expected } = tables[architecture];
    expect(layers.map((row) => [row.type, row.outputShape, row.parameters])).toEqual(rows);
    expect(totals).toEqual(expected);
  });

  test('the text has a line a row, and the totals with thousands parted', () => {
    const lines = formatSummary(summary(notebookSpecs[architecture])).split('\n');
    expect(lines).toHaveLength(tables[architecture].layers.length + 6);
    expect(lines.at(-3)).toBe(
      `Total parameters: ${tables[architecture].parameters.toLocaleString('en-US')}`,
    );
  });

  test('what is stored is what the table counts', () => {
    const model = buildModel(
      {
        ...notebookSpecs[architecture],
        base: 3,
        depth: 3,
        kernel: 1,
        inputChannels: 4,
        classes: 2,
      },
      { batch: 2, height: 24, width: 40 },
      emptyParameters,
    );
    const { parameters, trainable, layers } = summariseModel(model);
    const stored = [...model.graph.initialisers.values()].filter(({ type }) => type === 'float32');
    const named = model.parameters.map(({ name }) => model.graph.initialisers.get(name));
    const count = (tensors: typeof named) => tensors.reduce((n, t) => n + (t?.data.length ?? 0), 0);
    expect(count(named)).toBe(parameters);
    // Beside the parameters there are the two numbers of the rescaling.
    expect(count(stored)).toBe(parameters + 2);
    const learnt = model.parameters.filter((p) => p.trainable).map(({ name }) => name);
    expect(count(learnt.map((name) => model.graph.initialisers.get(name)))).toBe(trainable);
    expect(layers.at(-1)?.outputShape).toEqual([null, 24, 40, 2]);
  });
});

test.each([
  [{ base: 0 }, 'model: base: is 0; expected a whole number from 1 to 1024'],
  [{ base: 2.5 }, 'model: base: is 2.5; expected a whole number'],
  [{ depth: 1 }, 'model: depth: is 1; expected a whole number from 2 to 8'],
  [{ kernel: 4 }, 'model: kernel: is 4; expected an odd number'],
  [{ classes: Number.NaN }, 'model: classes: is NaN; expected a whole number'],
  [{ momentum: 1 }, 'model: momentum: is 1; expected a number in [0, 1)'],
  [{ base: 1024, depth: 8, kernel: 15 }, 'model: more than 500 million parameters'],
])('refused, with the field: %j', (change, says) => {
  expect(() => summary({ ...notebookSpecs.unet, ...change })).toThrow(says);
});

test('a size that the levels do not divide is refused', () => {
  expect(sizeMultiple({ depth: 5 })).toBe(16);
  expect(() => summary(notebookSpecs.unet, 500)).toThrow(
    'model: size: an input of 500 x 500 pixels; expected multiples of 16',
  );
});

test('two convolutions a level: the U-Net of the paper', () => {
  const spec = { ...notebookSpecs.unet, base: 4, depth: 3, kernel: 3, convolutions: 2 };
  const { layers, parameters } = summary(spec, 32);
  const named = (end: string) => layers.filter(({ name }) => name.endsWith(end)).length;
  expect([named('.conv'), named('.conv2'), named('.relu2'), named('.up')]).toEqual([5, 5, 5, 2]);
  const conv = (from: number, to: number) => 9 * from * to + to + 4 * to;
  const up = (from: number, to: number) => 16 * from * to + to;
  const left = conv(3, 4) + conv(4, 4) + conv(4, 8) + conv(8, 8) + conv(8, 8) + conv(8, 8);
  const right = up(8, 8) + conv(16, 8) + conv(8, 8) + up(8, 4) + conv(8, 4) + conv(4, 4);
  expect(parameters).toBe(left + right + 4 + 1);
});
