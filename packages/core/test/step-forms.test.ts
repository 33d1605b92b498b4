import { type Graph, operatorKey, plainTarget, type Runtime, type Target } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import {
  type Architecture,
  buildModel,
  emptyParameters,
  initialParameters,
  type ModelSpec,
  notebookSpecs,
  sizedInferenceGraph,
  Trainer,
} from '@vascula/core';
import { describe, expect, test } from 'vitest';
import { trainingGraphs } from '../dist/training/graphs.js';

const blocks: Target = { ...plainTarget, channelBlock: 8 };

const setup = (spec: ModelSpec, size: number, batch: number) => ({
  spec,
  recipe: { batch, microBatch: batch, crop: size, negativeWeight: 3 },
  tileSize: { width: size, height: size },
});
const stepGraph = (spec: ModelSpec, size: number, batch: number, target: Target) =>
  trainingGraphs(setup(spec, size, batch), emptyParameters, target).step.graph;

// A form that silently stops being chosen changes no result, only the time: it is seen here.
// Renew with `vitest run packages/core/test/step-forms.test.ts -u`, then account for each change.
describe('nodes by form, base 16, 256 x 256, batch 4', () => {
  const counted = [
    'com.microsoft.nchwc::Conv',
    'Conv',
    'ConvTranspose',
    'com.microsoft.nchwc::ReorderInput',
    'com.microsoft.nchwc::ReorderOutput',
    'com.microsoft::FusedMatMul',
    'MatMul',
    'Concat',
    'Split',
    'Slice',
    'Pad',
    'SpaceToDepth',
    'com.microsoft.nchwc::MaxPool',
    'MaxPool',
    'MaxUnpool',
    'Relu',
    'HardSigmoid',
    'Sign',
    'BatchNormalization',
  ];

  function table(architecture: Architecture): string {
    const spec = { ...notebookSpecs[architecture], base: 16 };
    const extent = { batch: 4, height: 256, width: 256 };
    const model = buildModel(spec, extent, emptyParameters);
    const graphs: [string, Graph][] = [
      ['step', stepGraph(spec, 256, 4, plainTarget)],
      ['in blocks', stepGraph(spec, 256, 4, blocks)],
      ['inference', sizedInferenceGraph(model, extent, plainTarget)],
      ['in blocks', sizedInferenceGraph(model, extent, blocks)],
    ];
    const lines = counted.map((operator) => [
      operator,
      ...graphs.map(([, { nodes }]) => nodes.filter((n) => keyOf(n) === operator).length),
    ]);
    return [['', ...graphs.map(([name]) => name)], ...lines]
      .map(([name, ...cells]) => [`${name}`.padEnd(34), ...cells.map((c) => `${c}`.padStart(10))])
      .map((cells) => cells.join('').trimEnd())
      .join('\n');
  }
  const keyOf = ({ operator, domain }: Graph['nodes'][number]) => operatorKey(operator, domain);

  // 9 layers (convolution, norm, ReLU), 4 transposed convolutions, a head of one channel, 4 pools.
  //
  // Step, plain: Conv is 10 forward, 9 input gradients (none of the image) and 4 of transposed ones.
  // FusedMatMul is a weight gradient; of the 14 the 3 largest go sample by sample (4 each). MaxPool and
  // Relu are twice as many as layers: pooling again for the places of the maxima, which MaxUnpool takes,
  // and the batch's variance kept from below 0. BatchNormalization is forward and part of its gradient.
  //
  // Step, in blocks: 5 of 17 convolutions and input gradients as one node, 12 by minimal filtering (8
  // products and the 8 transforms before them, two MatMul around), 4 transposed ones in 4 phases each,
  // their 4 input gradients, and 2 x 8 transforms for each of the 4 weight gradients by minimal filtering
  // (8 FusedMatMul in place of one, and a MatMul): 5 + 12 x 16 + 16 + 4 + 4 x 16. Conv left: the head's.
  //
  // Inference, in blocks: 3 convolutions with their ReLU, 6 by minimal filtering, 4 x 4 phases. The
  // head alone needs planes: one ReorderOutput.
  //
  // Concat, Split and Pad are the copies for all these products.
  test('U-Net', () => {
    expect(table('unet')).toMatchInlineSnapshot(`
      "                                        step in blocks inference in blocks
      com.microsoft.nchwc::Conv                  0       281         0       115
      Conv                                      23         2        10         1
      ConvTranspose                              4         0         4         0
      com.microsoft.nchwc::ReorderInput          0        73         0        25
      com.microsoft.nchwc::ReorderOutput         0        89         0         1
      com.microsoft::FusedMatMul                23        51         0         0
      MatMul                                     0        28         0        12
      Concat                                    72       196         4        28
      Split                                     12        40         0        16
      Slice                                      0         0         0         0
      Pad                                       22        50         0         0
      SpaceToDepth                               4         4         0         0
      com.microsoft.nchwc::MaxPool               0         0         0         4
      MaxPool                                    8         8         4         0
      MaxUnpool                                  4         4         0         0
      Relu                                      18        18         9         6
      HardSigmoid                                9         9         0         0
      Sign                                       0         0         0         0
      BatchNormalization                        18        18         0         0"
    `);
  });

  // 12 layers, 3 pools, one transposed convolution to one channel, which stays as it is.
  //
  // Step, plain: Conv is 12 forward, 11 input gradients, 1 of the transposed one; of 13 weight gradients 2
  // go sample by sample. In blocks all 24 convolutions are; 3 x 3 kernels pay for minimal filtering only
  // where weights are constant: in inference 2 of 12 (6 products, 6 transforms, 2 MatMul each).
  test('FCN', () => {
    expect(table('fcn')).toMatchInlineSnapshot(`
      "                                        step in blocks inference in blocks
      com.microsoft.nchwc::Conv                  0        24         0        34
      Conv                                      24         0        12         0
      ConvTranspose                              1         1         1         1
      com.microsoft.nchwc::ReorderInput          0        68         0        23
      com.microsoft.nchwc::ReorderOutput         0        24         0         1
      com.microsoft::FusedMatMul                19        19         0         0
      MatMul                                     0         0         0         4
      Concat                                    56        56         0         4
      Split                                      6         6         0         4
      Slice                                      0         0         0         0
      Pad                                       18        18         0         0
      SpaceToDepth                               1         1         0         0
      com.microsoft.nchwc::MaxPool               0         0         0         3
      MaxPool                                    6         6         3         0
      MaxUnpool                                  3         3         0         0
      Relu                                      24        24        12         2
      HardSigmoid                               12        12         0         0
      Sign                                       0         0         0         0
      BatchNormalization                        24        24         0         0"
    `);
  });
});

describe("two steps with this machine's forms and with the plain ones", () => {
  const narrow = (architecture: Architecture) => ({ ...notebookSpecs[architecture], base: 8 });
  const wide = { ...notebookSpecs.unet, base: 32, depth: 3 };

  test('the wide network takes to minimal filtering: kernels of one row', () => {
    const rows = stepGraph(wide, 64, 2, blocks).nodes.filter(
      ({ attributes }) => `${attributes.kernel_shape?.value}` === '1,5',
    );
    expect(rows.length).toBeGreaterThan(0);
  });

  test.each<[string, ModelSpec, number]>([
    ['U-Net', narrow('unet'), 32],
    ['FCN', narrow('fcn'), 32],
    ['wide U-Net', wide, 64],
  ])('%s: the same losses, weights and statistics', async (_, spec, size) => {
    const fast = await twoSteps(spec, size);
    const plain = await twoSteps(spec, size, plainTarget);
    for (const [i, loss] of plain.losses.entries())
      expect(Math.abs((fast.losses[i] as number) - loss) / loss).toBeLessThan(1e-5);
    for (const [name, moved] of plain.moved) {
      const found = fast.moved.get(name) as Float32Array;
      // Both as shares of the way moved. Found: 2e-6 for Adam's moments, which are sums of gradients; more
      // for weights, which Adam moves by the gradient's sign where the gradient is rounding noise.
      const tolerance = name.startsWith('optimiser/') ? 2e-5 : 2e-2;
      const difference = found.map((value, i) => value - (moved[i] as number));
      expect(norm(difference), name).toBeLessThanOrEqual(tolerance * norm(moved));
    }
  });

  /** Losses of two steps, and by how much they moved everything that a checkpoint holds. */
  async function twoSteps(spec: ModelSpec, size: number, target?: Target) {
    const runtime: Runtime = await createNodeRuntime({ threads: 2 });
    try {
      const trainer = await Trainer.create({
        runtime: target ? Object.assign(runtime, { target }) : runtime,
        ...setup(spec, size, 2),
        parameters: initialParameters(1),
      });
      const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i));
      const image = wave(2 * 3 * size * size).map((value) => 127.5 * (1 + value));
      const mask = wave(2 * size * size).map((value) => Number(value > 0.8));
      const before = await trainer.snapshot();
      const losses = [];
      for (const step of [1, 2]) losses.push(await trainer.step({ image, mask, size }, step, 2e-4));
      const moved = new Map<string, Float32Array>();
      for (const [name, { data }] of await trainer.snapshot()) {
        const start = before.get(name)?.data as Float32Array;
        moved.set(
          name,
          Float32Array.from(data as Float32Array, (value, i) => value - (start[i] as number)),
        );
      }
      return { losses, moved };
    } finally {
      await runtime.close();
    }
  }

  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
});
