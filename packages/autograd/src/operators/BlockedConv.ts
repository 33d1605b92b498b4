import { Conv } from './Conv.js';
import type { Operator } from './operator.js';

/**
 * ONNX Runtime's convolution over channel blocks, `Conv` in the domain com.microsoft.nchwc: x and the
 * result as `ReorderInput` leaves them, the weight in memory [O / b, C / b, kh, kw, b inputs, b outputs].
 * With fewer channels than a block x is plain, and the weight [O / b, C, kh, kw, b outputs]. `activation`
 * is applied to the result. The shapes it declares are those of the plain node. Not differentiated.
 */
export const BlockedConv: Operator = {
  name: 'Conv',
  domain: 'com.microsoft.nchwc',
  attributes: { ...Conv.attributes, activation: 'string' },
  shape: Conv.shape,
};
