import type { GraphBuilder } from '../builder.js';
import { elementwiseShape, sumTo } from './broadcast.js';
import { elementwise } from './evaluate.js';
import type { Operator, Value } from './operator.js';

/**
 * Max or Min of any number of inputs. The gradient goes to the inputs that equal the result; at a
 * tie of n inputs each takes 1/n of it (a subgradient, as PyTorch's amax has it).
 */
export function extremum(name: 'Max' | 'Min'): Operator {
  return {
    name,
    shape: elementwiseShape,
    evaluate: elementwise(name === 'Max' ? Math.max : Math.min),
    gradient: ({ g, wants, gradients: [dy], inputs, outputs: [y] }) => {
      if (!dy || !y) return [];
      const chosen = inputs.map((x) => x && equals(g, x, y));
      const ties = chosen.reduce((sum, next) => (sum && next ? g.apply('Add', [sum, next]) : sum));
      const share = ties && g.apply('Div', [dy, ties]);
      return inputs.map((x, i) => {
        const choice = chosen[i];
        return x && choice && share && wants(i)
          ? sumTo(g, g.apply('Mul', [share, choice]), x.shape)
          : undefined;
      });
    },
  };
}

/** 1 where the values agree exactly, else 0. */
function equals(g: GraphBuilder, x: Value, y: Value): Value {
  const differs = g.apply('Sign', [g.apply('Abs', [g.apply('Sub', [x, y])])]);
  return g.apply('Sub', [g.scalar(1), differs]);
}
