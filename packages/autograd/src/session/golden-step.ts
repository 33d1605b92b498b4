import { GraphBuilder } from '../builder.js';
import { balancedBce } from '../losses/balanced-bce.js';
import { lossOf } from '../losses/loss.js';
import type { Value } from '../operators/operator.js';
import { adam } from '../optimisers/adam.js';
import { elementCount, float32, scalar, type Tensor } from '../tensor.js';
import { flatten } from '../training/flat-parameters.js';
import { type TrainingStep, trainingStep } from '../training/training-step.js';
import type { Tensors } from './runtime.js';
import type { Target } from './target.js';

/** Images of 2 x 3 x 16 x 16; the numbers of channels are those that shaders treat in different ways. */
const image = [2, 3, 16, 16];
const mask = [2, 1, 16, 16];
/** So large that a gradient near 0 does not decide a whole step. */
const epsilon = 0.01;
const learningRate = 0.01;

export interface GoldenStep {
  readonly step: TrainingStep;
  readonly feeds: Tensors;
  /** What the update is fed. */
  readonly scalars: Tensors;
  /** The state before the step. */
  readonly state: Tensors;
}

/**
 * A training step of a small network with everything the product's networks have: convolutions, batch
 * normalisation, ReLU, max-pool, transposed convolution, concatenation, the balanced loss, Adam. The
 * same, in PyTorch, is `test/oracles/golden.py`.
 */
export function goldenStep(target: Target): GoldenStep {
  const g = new GraphBuilder('golden');
  const trainable: string[] = [];
  let made = 0;
  const weight = (name: string, shape: readonly number[]): Value => {
    trainable.push(name);
    const fanIn = elementCount(shape.slice(1));
    return g.parameter(name, float32(shape, spread(shape, ++made, Math.sqrt(24 / fanIn))));
  };
  const vector = (name: string, length: number, value: number): Value =>
    g.parameter(name, float32([length], new Array<number>(length).fill(value)));
  const block = (name: string, x: Value, channels: number, kernel: number): Value => {
    const pad = (kernel - 1) / 2;
    const inputs = x.shape[1] as number;
    const y = g.apply('Conv', [x, weight(`${name}.weight`, [channels, inputs, kernel, kernel])], {
      pads: [pad, pad, pad, pad],
    });
    trainable.push(`${name}.scale`, `${name}.bias`);
    const parameters = [
      vector(`${name}.scale`, channels, 1),
      vector(`${name}.bias`, channels, 0.1),
      vector(`${name}.mean`, channels, 0),
      vector(`${name}.variance`, channels, 1),
    ];
    const attributes = { epsilon: 1e-3, momentum: 0.9 };
    return g.apply('Relu', [g.apply('BatchNormalization', [y, ...parameters], attributes)]);
  };

  const left = block('left', g.input('image', 'float32', image), 8, 5);
  const pooled = g.apply('MaxPool', [left], { kernel_shape: [2, 2], strides: [2, 2] });
  const bottom = block('bottom', pooled, 16, 3);
  const up = g.apply('ConvTranspose', [bottom, weight('up.weight', [16, 8, 4, 4])], {
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
  const right = block('right', g.apply('Concat', [up, left], { axis: 1 }), 16, 3);
  g.output(g.apply('Conv', [right, weight('head.weight', [1, 16, 1, 1])]), 'logits');

  const optimiser = adam({ epsilon });
  const graph = g.build();
  const step = trainingStep({
    graph,
    trainable,
    loss: (h) => lossOf(h, balancedBce(3), h.value('logits'), h.input('mask', 'float32', mask)),
    optimiser,
    // As training does.
    update: 'apart',
    target,
  });
  const vectorOf = (layout: TrainingStep['weights']): Tensor => {
    const flat = flatten(graph.initialisers, layout);
    return float32([flat.length], flat);
  };
  const weights = vectorOf(step.weights);
  const zeros = float32(weights.shape, new Float32Array(weights.data.length));
  return {
    step,
    feeds: {
      image: float32(image, spread(image, 0, 2)),
      mask: float32(
        mask,
        spread(mask, 99, 1).map((value) => (value > 0.25 ? 1 : 0)),
      ),
    },
    scalars: { 'optimiser/rate': scalar(optimiser.scalars(1, learningRate).rate as number) },
    state: {
      weights,
      statistics: vectorOf(step.statistics),
      ...Object.fromEntries(step.slots.map((slot) => [slot, zeros])),
      gradient: zeros,
    },
  };
}

/** Values from -width/2 to width/2 that every language computes to the same bits. */
function spread(shape: readonly number[], seed: number, width: number): Float32Array {
  return Float32Array.from(
    { length: elementCount(shape) },
    (_, i) => width * (hashedBits(i, seed) / 2 ** 24 - 0.5),
  );
}

/** 24 bits that follow no pattern. */
export function hashedBits(index: number, seed: number): number {
  const mixed = Math.imul(index + 1 + seed * 65_537, 0x9e3779b1);
  const bits = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (bits ^ (bits >>> 12)) >>> 8;
}
