import type { GraphBuilder, Operand } from '../../builder.js';
import type { Value } from '../../operators/operator.js';
import type { Form } from '../rewrite.js';

/**
 * Batch normalisation in training and its gradient.
 *
 * The variance is a difference of sums, E x^2 - (E x)^2, which loses the digits that the square of the mean
 * has over it; or, where `centred`, the mean is taken off first, which costs a pass over x.
 */
export function batchNormalizationForms(centred: boolean): ReadonlyMap<string, Form> {
  const statistics = centred ? centredStatistics : batchStatistics;
  return new Map([
    ['BatchNormalization', batchNormalization(statistics)],
    ['autograd::BatchNormalizationGradient', batchNormalizationGradient(statistics)],
  ]);
}

/** The batch's statistics are computed, then the ordinary node applies them in one pass over x. */
const batchNormalization =
  (statistics: typeof batchStatistics): Form =>
  (g, inputs, view) => {
    if (view.int('training_mode', 0) === 0) return undefined;
    const [x, scale, bias, oldMean, oldVariance] = inputs as readonly Value[];
    if (!x || !oldMean || !oldVariance) return undefined;
    const { values, offset, mean, variance } = statistics(g, x);
    const momentum = view.float('momentum', 0.9);
    const epsilon = view.float('epsilon', 1e-5);
    const running = (old: Value, batch: Value) =>
      g.apply('Add', [
        g.apply('Mul', [old, g.scalar(momentum)]),
        g.apply('Mul', [batch, g.scalar(1 - momentum)]),
      ]);
    return [
      g.apply('BatchNormalization', [values, scale, bias, offset, variance], { epsilon }),
      running(oldMean, mean),
      running(oldVariance, variance),
    ];
  };

/**
 * With r = 1/sqrt(variance + epsilon), n elements a channel and sums over them:
 *
 *     dbias  = sum dy
 *     dscale = r (sum dy x - mean sum dy)
 *     dx     = scale r dy + (b x + c),  b = -scale r^2 dscale / n,  c = -(scale r dbias / n + b mean)
 *
 * The bracket is an affine map per channel, which is again a BatchNormalization node (mean 0,
 * variance 1, epsilon 0): one pass, where a broadcast product and sum would be two. The same holds with x less
 * an offset in place of x, and the mean less the offset.
 */
const batchNormalizationGradient =
  (statistics: typeof batchStatistics): Form =>
  (g, inputs, view) => {
    const [x, scale, dy] = inputs as [Value, Value, Value];
    const { values, offset, variance } = statistics(g, x);
    const channels = x.shape[1] as number;
    const n = x.shape.reduce((product, size) => product * size, 1) / channels;
    const axes = g.ints(spatialAxes(x));
    const sum = (v: Value) => g.apply('ReduceSum', [v, axes], { keepdims: 0 });
    const mul = (a: Operand, b: Operand) => g.apply('Mul', [a, b]);

    const dbias = sum(dy);
    const epsilon = g.scalar(view.float('epsilon', 1e-5));
    const r = g.apply('Reciprocal', [g.apply('Sqrt', [g.apply('Add', [variance, epsilon])])]);
    const dscale = mul(r, g.apply('Sub', [sum(mul(dy, values)), mul(offset, dbias)]));
    const slope = mul(scale, r);
    const b = mul(mul(mul(slope, r), dscale), g.scalar(-1 / n));
    const c = g.apply('Neg', [
      g.apply('Add', [mul(mul(slope, dbias), g.scalar(1 / n)), mul(b, offset)]),
    ]);
    const zero = g.zeros([channels]);
    const one = g.apply('Expand', [g.scalar(1), g.ints([channels])]);
    const affine = g.apply('BatchNormalization', [values, b, c, zero, one], { epsilon: 0 });
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

/** What is normalised (x or x - mean) and its mean; mean and population variance of x. All but the first per channel. */
interface Statistics {
  readonly values: Value;
  readonly offset: Value;
  readonly mean: Value;
  readonly variance: Value;
}

// Equal calls share their nodes.

function batchStatistics(g: GraphBuilder, x: Value): Statistics {
  const axes = spatialAxes(x);
  const n = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  const mean = g.apply('ReduceMean', [x], { axes, keepdims: 0 });
  const square = g.apply('Mul', [
    g.apply('ReduceSumSquare', [x], { axes, keepdims: 0 }),
    g.scalar(1 / n),
  ]);
  const variance = g.apply('Sub', [square, g.apply('Mul', [mean, mean])]);
  // The difference of two near numbers may come out a little below 0.
  return { values: x, offset: mean, mean, variance: g.apply('Relu', [variance]) };
}

function centredStatistics(g: GraphBuilder, x: Value): Statistics {
  const axes = spatialAxes(x);
  const n = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  const kept = g.apply('ReduceMean', [x], { axes, keepdims: 1 });
  const values = g.apply('Sub', [x, kept]);
  const squares = g.apply('ReduceSumSquare', [values], { axes, keepdims: 0 });
  const variance = g.apply('Mul', [squares, g.scalar(1 / n)]);
  const mean = g.apply('Reshape', [kept, g.ints([-1])]);
  // Zero; but NaN where the squares are too large for float32: else infinite variance would pass for zeros.
  return { values, offset: g.apply('Mul', [variance, g.scalar(0)]), mean, variance };
}

/** All axes but the channel's. */
function spatialAxes(x: Value): number[] {
  return x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
}
