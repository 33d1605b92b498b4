import type { Operator } from './operator.js';

/**
 * ONNX Runtime's product with a transposed operand, without the transposed copy
 * (domain com.microsoft). Used by forms chosen for a device; it is not differentiated.
 */
export const FusedMatMul: Operator = {
  name: 'FusedMatMul',
  domain: 'com.microsoft',
  attributes: { transA: 'int', transB: 'int', alpha: 'float' },
  shape: (view) => {
    const [a, b] = [view.input(0), view.input(1)];
    const last = (shape: readonly number[], transposed: boolean) =>
      transposed ? shape.slice(-2).reverse() : shape.slice(-2);
    const [rows, inner] = last(a.shape, view.int('transA', 0) === 1) as [number, number];
    const [inner2, columns] = last(b.shape, view.int('transB', 0) === 1) as [number, number];
    const batch = a.shape.slice(0, -2);
    if (inner !== inner2 || batch.join() !== b.shape.slice(0, -2).join())
      view.fail(`shapes [${a.shape}] and [${b.shape}] do not multiply`);
    return [{ type: a.type, shape: [...batch, rows, columns] }];
  },
};
