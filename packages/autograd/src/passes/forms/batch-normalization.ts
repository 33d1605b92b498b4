import type { GraphBuilder, Operand } from '../../builder.js';
import type { Value } from '../../operators/operator.js';
import type { Form } from '../rewrite.js';

/**
 * Batch normalisation in training: the batch's statistics are computed, then the ordinary node
 * applies them in one pass over x.
 */
export const batchNormalization: Form = (g, inputs, view) => {
  if (view.int('training_mode', 0) === 0) return undefined;
  const [x, scale, bias, oldMean, oldVariance] = inputs as readonly Value[];
  if (!x || !oldMean || !oldVariance) return undefined;
  const { centred, mean, variance } = batchStatistics(g, x);
  const momentum = view.float('momentum', 0.9);
  const epsilon = view.float('epsilon', 1e-5);
  const running = (old: Value, batch: Value) =>
    g.apply('Add', [
      g.apply('Mul', [old, g.scalar(momentum)]),
      g.apply('Mul', [batch, g.scalar(1 - momentum)]),
    ]);
  return [
    g.apply('BatchNormalization', [centred, scale, bias, g.zeros(mean.shape), variance], {
      epsilon,
    }),
    running(oldMean, mean),
    running(oldVariance, variance),
  ];
};

/**
 * With d = x - mean, r = 1/sqrt(variance + epsilon), n elements a channel and sums over them:
 *
 *     dbias  = sum dy
 *     dscale = r sum dy d
 *     dx     = scale r dy + (b d + c),  b = -scale r^2 dscale / n,  c = -scale r dbias / n
 *
 * The bracket is an affine map per channel, which is again a BatchNormalization node (mean 0,
 * variance 1, epsilon 0): one pass, where a broadcast product and sum would be two.
 */
export const batchNormalizationGradient: Form = (g, inputs, view) => {
  const [x, scale, dy] = inputs as [Value, Value, Value];
  const { centred, variance } = batchStatistics(g, x);
  const channels = x.shape[1] as number;
  const n = x.shape.reduce((product, size) => product * size, 1) / channels;
  const axes = g.ints(spatialAxes(x));
  const sum = (v: Value) => g.apply('ReduceSum', [v, axes], { keepdims: 0 });
  const mul = (a: Operand, b: Operand) => g.apply('Mul', [a, b]);

  const dbias = sum(dy);
  const epsilon = g.scalar(view.float('epsilon', 1e-5));
  const r = g.apply('Reciprocal', [g.apply('Sqrt', [g.apply('Add', [variance, epsilon])])]);
  const dscale = mul(r, sum(mul(dy, centred)));
  const slope = mul(scale, r);
  const b = mul(mul(mul(slope, r), dscale), g.scalar(-1 / n));
  const c = mul(mul(slope, dbias), g.scalar(-1 / n));
  const zero = g.zeros([channels]);
  const one = g.apply('Expand', [g.scalar(1), g.ints([channels])]);
  const affine = g.apply('BatchNormalization', [centred, b, c, zero, one], { epsilon: 0 });
  const perChannel = g.apply('Reshape', [
    slope,
    g.ints([
      channels,
      ...spatialAxes(x)
        .slice(1)
        .map(() => 1),
    ]),
  ]);
  return [g.apply('Add', [mul(dy, perChannel), affine]), dscale, dbias];
};

/**
 * x - mean, mean and population variance per channel; equal calls share their nodes.
 *
 * The mean is taken off first, which costs a pass over x: the variance as a difference of sums, E x^2 - (E x)^2,
 * loses the digits that the square of the mean has over it, and networks trained elsewhere have channels whose
 * mean is many times their deviation.
 */
function batchStatistics(
  g: GraphBuilder,
  x: Value,
): { centred: Value; mean: Value; variance: Value } {
  const axes = spatialAxes(x);
  const n = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  const kept = g.apply('ReduceMean', [x], { axes, keepdims: 1 });
  const centred = g.apply('Sub', [x, kept]);
  const squares = g.apply('ReduceSumSquare', [centred], { axes, keepdims: 0 });
  return {
    centred,
    mean: g.apply('Reshape', [kept, g.ints([-1])]),
    variance: g.apply('Mul', [squares, g.scalar(1 / n)]),
  };
}

/** All axes but the channel's. */
function spatialAxes(x: Value): number[] {
  return x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
}
