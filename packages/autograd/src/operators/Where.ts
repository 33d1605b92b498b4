import { dataTypeCodes } from '../onnx/data-types.js';
import { broadcastShapes, sumTo } from './broadcast.js';
import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

export const Where: Operator = {
  name: 'Where',
  evaluate: elementwise((condition, a, b) => (condition ? a : b)),
  shape: (view) => {
    const [condition, a, b] = [view.input(0), view.input(1), view.input(2)];
    if (condition.type !== 'bool') view.fail(`the condition is ${condition.type}, expected bool`);
    if (a.type !== b.type)
      view.fail(`branches are ${a.type} and ${b.type}, expected the same type`);
    const branches = broadcastShapes(a.shape, b.shape);
    const shape = branches && broadcastShapes(condition.shape, branches);
    if (!shape)
      return view.fail(`shapes [${condition.shape}], [${a.shape}], [${b.shape}] do not broadcast`);
    return [{ type: a.type, shape }];
  },
  gradient: ({ g, wants, gradients: [dy], inputs: [condition, a, b] }) => {
    if (!dy || !condition || !a || !b) return [];
    const chosen = g.apply('Cast', [condition], { to: dataTypeCodes[dy.type] });
    const other = g.apply('Sub', [g.scalar(1), chosen]);
    return [
      undefined,
      wants(1) ? sumTo(g, g.apply('Mul', [dy, chosen]), a.shape) : undefined,
      wants(2) ? sumTo(g, g.apply('Mul', [dy, other]), b.shape) : undefined,
    ];
  },
};
