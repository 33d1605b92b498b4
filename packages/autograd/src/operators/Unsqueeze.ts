import { axisOf } from './axes.js';
import { sameData } from './evaluate.js';
import type { Operator } from './operator.js';

/** Adds axes of size 1 at the places named. */
export const Unsqueeze: Operator = {
  name: 'Unsqueeze',
  shape: (view) => {
    const { type, shape } = view.input(0);
    const given = view.constant(1) ?? view.fail('input 1 (axes) is missing');
    const rank = shape.length + given.length;
    const axes = given.map((axis) => axisOf(view, axis, rank));
    if (new Set(axes).size !== axes.length) view.fail(`axes [${given}] name one axis twice`);
    const rest = [...shape];
    return [
      {
        type,
        shape: Array.from({ length: rank }, (_, a) =>
          axes.includes(a) ? 1 : (rest.shift() as number),
        ),
      },
    ];
  },
  gradient: ({ g, gradients: [dy], inputs: [x] }) => [
    dy && x && g.apply('Reshape', [dy, g.ints(x.shape)]),
  ],
  evaluate: sameData,
};
