import { picked, stridesOf } from './evaluate.js';
import type { NodeView, Operator } from './operator.js';

export const Transpose: Operator = {
  name: 'Transpose',
  attributes: { perm: 'ints' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    return [{ type, shape: order(view).map((axis) => shape[axis] as number) }];
  },
  gradient: ({ g, view, gradients: [dy] }) => {
    if (!dy) return [];
    const perm = order(view);
    return [g.apply('Transpose', [dy], { perm: perm.map((_, axis) => perm.indexOf(axis)) })];
  },
  evaluate: (view, [type]) => {
    const x = view.tensor(0);
    if (x === undefined || type === undefined) return undefined;
    const perm = order(view);
    const strides = stridesOf(x.shape);
    return picked(x, type, (index) =>
      index.reduce((place, at, axis) => place + at * (strides[perm[axis] as number] as number), 0),
    );
  },
};

function order(view: NodeView): readonly number[] {
  const { shape } = view.input(0);
  const perm = view.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  if ([...perm].sort((a, b) => a - b).join() !== shape.map((_, axis) => axis).join())
    view.fail(`perm [${perm}] is no order of the axes of [${shape}]`);
  return perm;
}
