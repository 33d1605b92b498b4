import type { GraphBuilder } from '../builder.js';
import type { Value } from './operator.js';

export interface Normalised {
  /** (x - mean) / sqrt(variance + epsilon) over the axes. */
  readonly normal: Value;
  /** Gradient of x, given that of `normal`. */
  inputGradient(dn: Value): Value;
}

/**
 * x made of mean 0 and variance 1 over some axes, from its own statistics. With n = (x - mean) r the gradient
 * of x is r (dn - mean(dn) - n mean(dn n)).
 */
export function normalised(
  g: GraphBuilder,
  x: Value,
  axes: readonly number[],
  epsilon: number,
): Normalised {
  const mean = (v: Value) => g.apply('ReduceMean', [v], { axes, keepdims: 1 });
  const mul = (a: Value, b: Value) => g.apply('Mul', [a, b]);
  const centred = g.apply('Sub', [x, mean(x)]);
  const variance = mean(mul(centred, centred));
  const root = g.apply('Sqrt', [g.apply('Add', [variance, g.scalar(epsilon)])]);
  const normal = g.apply('Div', [centred, root]);
  return {
    normal,
    inputGradient: (dn) => {
      const less = g.apply('Add', [mean(dn), mul(normal, mean(mul(dn, normal)))]);
      return g.apply('Div', [g.apply('Sub', [dn, less]), root]);
    },
  };
}
