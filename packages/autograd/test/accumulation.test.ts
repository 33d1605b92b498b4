import {
  balancedBce,
  type Graph,
  GraphBuilder,
  type Runtime,
  scalar,
  sgd,
  type Tensor,
  type TrainingStep,
  trainingStep,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, expect, test } from 'vitest';

const [batch, side] = [4, 6];
const loss = balancedBce(3);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const wave = (shape: readonly number[], phase = 1): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.sin(phase + 7 * i),
  ),
});

/** Without batch normalisation, which sees only what is run at once. */
function network(images: number): Graph {
  const g = new GraphBuilder('net');
  const x = g.input('image', 'float32', [images, 2, side, side]);
  const pads = [1, 1, 1, 1];
  const hidden = g.apply(
    'Relu',
    [g.apply('Conv', [x, g.parameter('first', wave([3, 2, 3, 3]))], { pads })],
    {},
  );
  const second = g.parameter('second', wave([1, 3, 3, 3], 2));
  g.output(g.apply('Conv', [hidden, second], { pads }), 'logits');
  return g.build();
}

function step(images: number): TrainingStep {
  return trainingStep({
    graph: network(images),
    trainable: ['first', 'second'],
    loss: (g) => {
      const logits = g.value('logits');
      return loss.combine(g, {
        ...loss.sums(g, logits, g.input('mask', 'float32', logits.shape)),
        positives: g.input('positives', 'float32', []),
        negatives: g.input('negatives', 'float32', []),
      });
    },
    optimiser: sgd(),
    update: images < batch ? 'summed' : 'within',
    target: runtime.target,
  });
}

const image = wave([batch, 2, side, side], 3).data as Float32Array;
// Very unequal: no vessel in the first image, little in the second, half of the others.
const mask = Float32Array.from({ length: batch * side * side }, (_, i) =>
  Number(i >= side * side && (i < 2 * side * side ? i % 13 === 0 : i % 2 === 0)),
);

/** Loss and weights after two steps of gradient descent at rate 1. */
async function descended(images: number): Promise<{ losses: number[]; weights: Float32Array }> {
  const plan = step(images);
  const positives = mask.reduce((sum, value) => sum + value, 0);
  const counts = { positives: scalar(positives), negatives: scalar(mask.length - positives) };
  const rate = { 'optimiser/rate': scalar(1) };
  const size = 3 * 2 * 9 + 3 * 9;
  await runtime.writeState({
    weights: wave([size]),
    // Whatever is left over from before does not count.
    gradient: wave([size], 5),
  });
  const program = await runtime.load(plan.graph);
  const update = plan.update && (await runtime.load(plan.update));
  const losses: number[] = [];
  for (let k = 0; k < 2; k++) {
    let sum = 0;
    for (let first = 0; first < batch; first += images) {
      const part = (data: Float32Array, channels: number): Tensor => {
        const area = channels * side * side;
        const shape = [images, channels, side, side];
        return { type: 'float32', shape, data: data.slice(first * area, (first + images) * area) };
      };
      const feeds = { image: part(image, 2), mask: part(mask, 1), ...counts };
      const kept = { kept: scalar(first === 0 ? 0 : 1) };
      const result = await program.run({ ...feeds, ...(update ? kept : rate) });
      sum += Number(result.loss?.data[0]);
    }
    await update?.run(rate);
    losses.push(sum);
  }
  const { weights } = await runtime.readState(['weights']);
  return { losses, weights: weights?.data as Float32Array };
}

test.each([1, 2])('gradients summed over runs of %i images are those of the batch', async (n) => {
  const [whole, summed] = [await descended(batch), await descended(n)];
  expect(whole.losses[1]).not.toBeCloseTo(whole.losses[0] as number, 2);
  whole.losses.forEach((value, i) => {
    expect(summed.losses[i]).toBeCloseTo(value, 5);
  });
  const start = wave([whole.weights.length]).data;
  whole.weights.forEach((weight, i) => {
    expect(weight).not.toBe(start[i]);
    expect(Math.abs((summed.weights[i] as number) - weight)).toBeLessThan(1e-5);
  });
});
