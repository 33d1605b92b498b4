import { above } from './step-function.js';
import { unary } from './unary.js';

/** x * max(0, min(1, x/6 + 1/2)). */
export const HardSwish = unary('HardSwish', (g, dy, x) => {
  const gate = g.apply('HardSigmoid', [x], { alpha: 1 / 6, beta: 0.5 });
  const inside = above(g, g.apply('Mul', [gate, g.apply('Sub', [g.scalar(1), gate])]));
  const slope = g.apply('Add', [
    gate,
    g.apply('Mul', [g.apply('Mul', [x, inside]), g.scalar(1 / 6)]),
  ]);
  return g.apply('Mul', [dy, slope]);
});
