import type { GraphBuilder } from '../builder.js';
import { elementwise } from './evaluate.js';
import type { Operator, Value } from './operator.js';

/** An elementwise operator of one input: only its derivative, and its function, are its own. */
export function unary(
  name: string,
  gradient: (g: GraphBuilder, dy: Value, x: Value, y: Value) => Value,
  compute?: (x: number) => number,
): Operator {
  return {
    name,
    shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
    gradient: ({ g, gradients: [dy], inputs: [x], outputs: [y] }) => [
      dy && x && y && gradient(g, dy, x, y),
    ],
    ...(compute && { evaluate: elementwise(compute) }),
  };
}
