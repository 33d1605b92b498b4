import type { GraphBuilder } from '../builder.js';
import { broadcastShapes, sumTo } from './broadcast.js';
import type { Operator, Value } from './operator.js';

/** alpha A' B' + beta C, where ' is an optional transposition. */
export const Gemm: Operator = {
  name: 'Gemm',
  attributes: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
  shape: (view) => {
    const [a, b] = [view.input(0), view.input(1)];
    if (a.shape.length !== 2 || b.shape.length !== 2)
      view.fail(`shapes [${a.shape}] and [${b.shape}], expected two matrices`);
    const [rows, inner] = view.int('transA', 0) ? [...a.shape].reverse() : a.shape;
    const [inner2, columns] = view.int('transB', 0) ? [...b.shape].reverse() : b.shape;
    if (inner !== inner2) view.fail(`shapes [${a.shape}] and [${b.shape}] do not multiply`);
    const shape = [rows as number, columns as number];
    const c = view.inputs[2];
    if (c && broadcastShapes(shape, c.shape)?.join() !== shape.join())
      view.fail(`[${c.shape}] does not expand to the product's shape [${shape}]`);
    return [{ type: a.type, shape }];
  },
  gradient: ({ g, view, wants, gradients: [dy], inputs: [a, b, c] }) => {
    if (!dy || !a || !b) return [];
    const [transA, transB] = [view.int('transA', 0), view.int('transB', 0)];
    const alpha = view.float('alpha', 1);
    const product = (x: Value, y: Value, tx: number, ty: number) =>
      g.apply('Gemm', [x, y], { alpha, transA: tx, transB: ty });
    return [
      wants(0) ? (transA ? product(b, dy, transB, 1) : product(dy, b, 0, 1 - transB)) : undefined,
      wants(1) ? (transB ? product(dy, a, 1, transA) : product(a, dy, 1 - transA, 0)) : undefined,
      c && wants(2) ? scaled(g, sumTo(g, dy, c.shape), view.float('beta', 1)) : undefined,
    ];
  },
};

function scaled(g: GraphBuilder, x: Value, factor: number): Value {
  return factor === 1 ? x : g.apply('Mul', [x, g.scalar(factor)]);
}
