import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';

/** Adam's running means of the gradient and of its square, and what they become. */
export function nextMoments(
  g: GraphBuilder,
  gradient: Value,
  slots: Readonly<Record<string, Value>>,
  { beta1, beta2 }: { readonly beta1: number; readonly beta2: number },
): { readonly mean: Value; readonly square: Value } {
  return {
    mean: blend(g, slots.mean as Value, gradient, beta1),
    square: blend(g, slots.square as Value, g.apply('Mul', [gradient, gradient]), beta2),
  };
}

function blend(g: GraphBuilder, old: Value, fresh: Value, beta: number): Value {
  return g.apply('Add', [
    g.apply('Mul', [old, g.scalar(beta)]),
    g.apply('Mul', [fresh, g.scalar(1 - beta)]),
  ]);
}
