import type { GraphBuilder } from '../builder.js';
import { broadcastShapes, sumTo } from './broadcast.js';
import type { Operator, Value } from './operator.js';

/** Matrix product over the last two axes, broadcast over the rest; both operands of rank >= 2. */
export const MatMul: Operator = {
  name: 'MatMul',
  shape: (view) => {
    const [a, b] = [view.input(0), view.input(1)];
    if (a.shape.length < 2 || b.shape.length < 2) view.unsupported('operands of rank below 2');
    const [rows, inner] = a.shape.slice(-2) as [number, number];
    const [inner2, columns] = b.shape.slice(-2) as [number, number];
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (inner !== inner2 || batch === undefined)
      return view.fail(`shapes [${a.shape}] and [${b.shape}] do not multiply`);
    return [{ type: a.type, shape: [...batch, rows, columns] }];
  },
  gradient: ({ g, wants, gradients: [dy], inputs: [a, b] }) => {
    if (!dy || !a || !b) return [];
    return [
      wants(0) ? sumTo(g, g.apply('MatMul', [dy, transposed(g, b)]), a.shape) : undefined,
      wants(1) ? sumTo(g, g.apply('MatMul', [transposed(g, a), dy]), b.shape) : undefined,
    ];
  },
};

function transposed(g: GraphBuilder, x: Value): Value {
  const perm = x.shape.map((_, axis) => axis);
  perm.push(perm.splice(-2, 1)[0] as number);
  return g.apply('Transpose', [x], { perm });
}
