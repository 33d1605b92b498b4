import type { Operator } from './operator.js';

/** [N, C, H, W] to [N, b b C, H/b, W/b]; the place inside a block is the slow part of the channel. */
export const SpaceToDepth: Operator = {
  name: 'SpaceToDepth',
  attributes: { blocksize: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const b = view.requiredInt('blocksize');
    const [n, c, h, w] = shape as [number, number, number, number];
    if (h % b !== 0 || w % b !== 0) view.fail(`[${shape}] does not divide into blocks of ${b}`);
    return [{ type, shape: [n, c * b * b, h / b, w / b] }];
  },
  gradient: ({ g, view, gradients: [dy] }) => [
    dy && g.apply('DepthToSpace', [dy], { blocksize: view.requiredInt('blocksize'), mode: 'DCR' }),
  ],
};
