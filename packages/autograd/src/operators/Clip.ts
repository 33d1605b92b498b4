import type { GradientView, Operator, Value } from './operator.js';
import { above, below, mostCompared } from './step-function.js';

/**
 * Limits min and max, each optional. The gradient passes inside the limits (as that of PyTorch's ReLU6), or,
 * where they are not known before the graph runs, wherever the result equals the input; min and max are not
 * differentiated.
 */
export const Clip: Operator = {
  name: 'Clip',
  shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
  gradient: (view) => {
    const { g, gradients, inputs, outputs } = view;
    const [dy, x, y] = [gradients[0], inputs[0], outputs[0]];
    if (!dy || !x || !y) return [];
    const known = insideLimits(view, y);
    if (known !== undefined)
      return [known.reduce((gradient, inside) => g.apply('Mul', [gradient, inside]), dy)];
    const clipped = g.apply('Sign', [g.apply('Abs', [g.apply('Sub', [x, y])])]);
    return [g.apply('Mul', [dy, g.apply('Sub', [g.scalar(1), clipped])])];
  },
};

/** Factors that are 1 inside each limit and 0 at it; undefined where a limit is not known. */
function insideLimits({ g, view, inputs }: GradientView, y: Value): Value[] | undefined {
  const factors: Value[] = [];
  for (const [index, inside] of [
    [1, above],
    [2, below],
  ] as const) {
    if (inputs[index] === undefined) continue;
    const limit = Number(view.tensor(index)?.data[0]);
    if (!(Math.abs(limit) <= mostCompared)) return undefined;
    factors.push(inside(g, y, limit));
  }
  return factors;
}
