import type { Operator } from './operator.js';

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + bias per channel (axis 1).
 *
 * With training_mode 1 the batch's own mean and population variance are used (Ioffe & Szegedy 2015),
 * and outputs 1 and 2 are the running statistics: old * momentum + batch * (1 - momentum).
 */
export const BatchNormalization: Operator = {
  name: 'BatchNormalization',
  attributes: { epsilon: 'float', momentum: 'float', training_mode: 'int' },
  shape: (view) => {
    const x = view.input(0);
    const channels = x.shape[1] as number;
    for (let i = 1; i < 5; i++)
      if (view.input(i).shape.join() !== `${channels}`)
        view.fail(`input ${i} has shape [${view.input(i).shape}], expected [${channels}]`);
    const y = { type: x.type, shape: x.shape };
    if (view.int('training_mode', 0) === 0) return [y];
    const statistic = { type: x.type, shape: [channels] };
    return [y, statistic, statistic];
  },
  gradient: ({ g, view, wants, gradients: [dy], inputs: [x, scale, bias, mean, variance] }) => {
    if (!dy || !x || !scale || !bias || !mean || !variance) return [];
    const epsilon = view.float('epsilon', 1e-5);
    if (view.int('training_mode', 0) === 1)
      return g.applyAll(
        'BatchNormalizationGradient',
        [x, scale, dy],
        { epsilon },
        {
          domain: 'autograd',
        },
      );
    const perChannel = (v: typeof scale) =>
      g.apply('Reshape', [v, g.ints([-1, ...x.shape.slice(2).map(() => 1)])]);
    const deviation = g.apply('Sqrt', [g.apply('Add', [variance, g.scalar(epsilon)])]);
    const slope = g.apply('Div', [scale, deviation]);
    const axes = g.ints([0, ...x.shape.slice(2).map((_, i) => i + 2)]);
    const sum = (v: typeof dy) => g.apply('ReduceSum', [v, axes], { keepdims: 0 });
    const dbias = sum(dy);
    const centred = g.apply('Sub', [x, perChannel(mean)]);
    const product = sum(g.apply('Mul', [dy, centred]));
    return [
      wants(0) ? g.apply('Mul', [dy, perChannel(slope)]) : undefined,
      g.apply('Div', [product, deviation]),
      dbias,
      wants(3) ? g.apply('Neg', [g.apply('Mul', [slope, dbias])]) : undefined,
      wants(4)
        ? g.apply('Mul', [
            g.apply('Div', [
              g.apply('Mul', [slope, product]),
              g.apply('Add', [variance, g.scalar(epsilon)]),
            ]),
            g.scalar(-0.5),
          ])
        : undefined,
    ];
  },
};
