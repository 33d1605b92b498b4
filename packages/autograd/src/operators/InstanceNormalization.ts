import { normalised } from './normalisation.js';
import type { Operator } from './operator.js';

/** Each channel of each sample of x [N, C, …] by itself, then scale [C] and bias [C]. */
export const InstanceNormalization: Operator = {
  name: 'InstanceNormalization',
  attributes: { epsilon: 'float' },
  shape: (view) => {
    const x = view.input(0);
    if (x.shape.length < 3) view.fail(`an input of shape [${x.shape}]; expected N, C and more`);
    for (const index of [1, 2])
      if (view.input(index).shape.join() !== `${x.shape[1]}`)
        view.fail(
          `input ${index} has shape [${view.input(index).shape}], expected [${x.shape[1]}]`,
        );
    return [{ type: x.type, shape: x.shape }];
  },
  gradient: ({ g, view, wants, gradients: [dy], inputs: [x, scale] }) => {
    if (!dy || !x || !scale) return [];
    const spatial = x.shape.slice(2).map((_, i) => i + 2);
    const { normal, inputGradient } = normalised(g, x, spatial, view.float('epsilon', 1e-5));
    const perChannel = g.apply('Reshape', [scale, g.ints([-1, ...spatial.map(() => 1)])]);
    const sum = (v: typeof x) =>
      g.apply('ReduceSum', [v, g.ints([0, ...spatial])], { keepdims: 0 });
    return [
      wants(0) ? inputGradient(g.apply('Mul', [dy, perChannel])) : undefined,
      wants(1) ? sum(g.apply('Mul', [dy, normal])) : undefined,
      wants(2) ? sum(dy) : undefined,
    ];
  },
};
