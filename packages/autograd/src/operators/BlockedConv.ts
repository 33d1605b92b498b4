import { Conv } from './Conv.js';
import type { Operator } from './operator.js';

/**
 * ONNX Runtime's convolution over channel blocks, `Conv` in the domain com.microsoft.nchwc: x and the
 * result as `ReorderInput` leaves them, the weight in memory [O / b, C / b, kh, kw, b inputs, b outputs].
 * The shapes it declares are those of the plain node. Not differentiated.
 */
export const BlockedConv: Operator = {
  name: 'Conv',
  domain: 'com.microsoft.nchwc',
  attributes: Conv.attributes ?? {},
  shape: Conv.shape,
};
