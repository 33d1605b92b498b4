import type { Operator } from './operator.js';

/** [N, b b C, H, W] to [N, C, b H, b W], mode DCR: the place in the block is the slow part. */
export const DepthToSpace: Operator = {
  name: 'DepthToSpace',
  attributes: { blocksize: 'int', mode: 'string' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const b = view.requiredInt('blocksize');
    if (view.string('mode', 'DCR') !== 'DCR') view.unsupported('mode CRD');
    const [n, c, h, w] = shape as [number, number, number, number];
    if (c % (b * b) !== 0) view.fail(`${c} channels do not divide into blocks of ${b}`);
    return [{ type, shape: [n, c / (b * b), h * b, w * b] }];
  },
  gradient: ({ g, view, gradients: [dy] }) => [
    dy && g.apply('SpaceToDepth', [dy], { blocksize: view.requiredInt('blocksize') }),
  ],
};
