import { axisOf } from './axes.js';
import { sumTo } from './broadcast.js';
import { normalised } from './normalisation.js';
import type { NodeView, Operator } from './operator.js';

/** Over the axes from `axis` on, then scale and (optional) bias, which are broadcast to x. */
export const LayerNormalization: Operator = {
  name: 'LayerNormalization',
  attributes: { axis: 'int', epsilon: 'float', stash_type: 'int' },
  shape: (view) => {
    const x = view.input(0);
    view.input(1);
    normalisedAxes(view);
    return [{ type: x.type, shape: x.shape }];
  },
  gradient: ({ g, view, wants, gradients: [dy], inputs: [x, scale, bias] }) => {
    if (!dy || !x || !scale) return [];
    const { normal, inputGradient } = normalised(
      g,
      x,
      normalisedAxes(view),
      view.float('epsilon', 1e-5),
    );
    return [
      wants(0) ? inputGradient(g.apply('Mul', [dy, scale])) : undefined,
      wants(1) ? sumTo(g, g.apply('Mul', [dy, normal]), scale.shape) : undefined,
      bias && wants(2) ? sumTo(g, dy, bias.shape) : undefined,
    ];
  },
};

function normalisedAxes(view: NodeView): number[] {
  const { shape } = view.input(0);
  const first = axisOf(view, view.int('axis', -1), shape.length);
  return shape.flatMap((_, axis) => (axis >= first ? [axis] : []));
}
