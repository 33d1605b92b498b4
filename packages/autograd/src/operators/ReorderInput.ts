import type { Operator } from './operator.js';

/**
 * ONNX Runtime's copy of x [N, C, H, W] into channel blocks: in memory [N, C / b, H, W, b], with the
 * block size b of the machine; the shape it declares stays the same (domain com.microsoft.nchwc). Used
 * by forms chosen for a device; it is not differentiated.
 */
export const ReorderInput: Operator = {
  name: 'ReorderInput',
  domain: 'com.microsoft.nchwc',
  shape: (view) => {
    const { type, shape } = view.input(0);
    if (shape.length !== 4) view.fail(`an input of shape [${shape}]; expected N, C, H, W`);
    return [{ type, shape }];
  },
};
