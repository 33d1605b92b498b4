import { MaxPool } from './MaxPool.js';
import type { Operator } from './operator.js';

/** `MaxPool` over channel blocks (domain com.microsoft.nchwc), without places; not differentiated. */
export const BlockedMaxPool: Operator = {
  name: 'MaxPool',
  domain: 'com.microsoft.nchwc',
  attributes: MaxPool.attributes ?? {},
  shape: (view) => MaxPool.shape(view).slice(0, 1),
};
