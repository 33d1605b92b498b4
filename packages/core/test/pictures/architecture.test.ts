import {
  architectureFigure,
  buildModel,
  drawArchitecture,
  emptyParameters,
  type MapBlock,
  type ModelSpec,
  notebookSpecs,
  summariseModel,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

function model(spec: ModelSpec, side = 512) {
  return buildModel(spec, { batch: 1, height: side, width: side }, emptyParameters);
}

const middle = ({ x, width }: MapBlock) => x + width / 2;
const sizes = (blocks: readonly MapBlock[]) =>
  blocks.map(({ channels, rows }) => `${channels} ${rows}`);

describe('the notebook’s U-Net', () => {
  const drawing = drawArchitecture(model(notebookSpecs.unet));

  test('has a block for each stack of feature maps, copies beside what was upsampled', () => {
    expect(sizes(drawing.blocks)).toEqual([
      '3 512',
      '48 512',
      ...['48 256', '96 256', '96 128', '192 128', '192 64', '384 64', '384 32', '384 32'],
      ...['384 64', '384 64', '384 64', '192 128', '192 128', '192 128'],
      ...['96 256', '96 256', '96 256', '48 512', '48 512', '48 512', '1 512'],
    ]);
    const copies = drawing.blocks.filter(({ kind }) => kind === 'skip');
    expect(sizes(copies)).toEqual(['384 64', '192 128', '96 256', '48 512']);
    for (const copy of copies) {
      const beside = drawing.blocks.find((b) => b.x === copy.x + copy.width && b.y === copy.y);
      expect(beside?.layers).toMatch(/\.up$/);
    }
  });

  test('is a U: a row for each resolution, down by pooling and up by transposed convolutions', () => {
    const rows = new Map(drawing.blocks.map((block) => [block.rows, block.y]));
    const fromTheTop = [...rows].sort(([, a], [, b]) => a - b);
    expect(fromTheTop.map(([side]) => side)).toEqual([512, 256, 128, 64, 32]);
    const kinds = drawing.arrows.map(({ kind }) => kind);
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect(
      ['convolution', 'pooling', 'upsampling', 'skip', 'head'].map((kind) => count(kind)),
    ).toEqual([9, 4, 4, 4, 1]);
    for (const { kind, x, x2, y, y2 } of drawing.arrows) {
      if (kind === 'pooling') expect([x2, y2 > y]).toEqual([x, true]);
      else if (kind === 'upsampling') expect([x2, y2 < y]).toEqual([x, true]);
      else expect([y2, x2 > x]).toEqual([y, true]);
    }
  });

  test('its operations are named with their kernels', () => {
    expect(drawing.operations).toEqual({
      convolution: 'convolution 5 × 5, batch normalisation, ReLU',
      pooling: 'max-pooling 2 × 2',
      upsampling: 'transposed convolution 4 × 4, stride 2',
      skip: 'skip connection, concatenated',
      head: 'convolution 1 × 1',
    });
  });
});

test('the notebook’s FCN is a chain about one line, ended by one transposed convolution', () => {
  const { blocks, arrows, operations } = drawArchitecture(model(notebookSpecs.fcn));
  expect(sizes(blocks)).toEqual([
    ...['3 512', '64 512', '64 512', '64 512', '64 256', '128 256', '128 256', '128 256'],
    ...['128 128', '256 128', '256 128', '256 128', '256 64', '512 64', '512 64', '512 64'],
    '1 512',
  ]);
  for (const { y, height } of blocks) expect(y + height / 2).toBeCloseTo(blocks[0].y + 48, 9);
  expect(arrows).toHaveLength(16);
  expect(operations).toEqual({
    convolution: 'convolution 3 × 3, batch normalisation, ReLU',
    pooling: 'max-pooling 2 × 2',
    upsampling: 'transposed convolution 8 × 8, stride 8',
  });
});

test('any network: all parameters and layers are there, blocks and their texts stay apart', () => {
  const specs = fc.record({
    architecture: fc.constantFrom('unet' as const, 'fcn' as const),
    base: fc.integer({ min: 1, max: 24 }),
    depth: fc.integer({ min: 2, max: 6 }),
    kernel: fc.constantFrom(1, 3, 5),
    inputChannels: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 1, max: 3 }),
    momentum: fc.constant(0.9),
  });
  fc.assert(
    fc.property(specs, (spec) => {
      const network = model(spec, 64);
      const { blocks, width, height } = drawArchitecture(network);
      const { parameters, layers } = summariseModel(network);
      expect(blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(parameters);
      expect(blocks.flatMap((block) => block.layers.split(', ')).sort()).toEqual(
        layers.map(({ name }) => name).sort(),
      );
      for (const [at, a] of blocks.entries()) {
        expect(a.x >= 0 && a.x + a.width <= width && a.y >= 0 && a.y + a.height <= height).toBe(
          true,
        );
        for (const b of blocks.slice(at + 1)) {
          if (a.y !== b.y && spec.architecture === 'unet') continue;
          const apart = Math.max(b.x - a.x - a.width, a.x - b.x - b.width);
          expect(apart > -1e-6, `${a.layers} and ${b.layers}`).toBe(true);
          // Channels are written above each, sizes below those where they change.
          const room = a.isResized && b.isResized ? 60 : a.kind === b.kind ? 43.9 : 0;
          expect(Math.abs(middle(a) - middle(b))).toBeGreaterThanOrEqual(room);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('the figure is plain JSON without a number that is none, and fits its drawing', () => {
  const { spec, caption } = architectureFigure(model(notebookSpecs.unet));
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  expect(caption).toContain('3 channels, 512 × 512 px');
  expect(JSON.stringify(spec)).not.toContain('null,null');
});
