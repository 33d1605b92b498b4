import type { Operator } from './operator.js';

/** The way back from `ReorderInput`, to `channels` of the blocked channels; not differentiated. */
export const ReorderOutput: Operator = {
  name: 'ReorderOutput',
  domain: 'com.microsoft.nchwc',
  attributes: { channels: 'int' },
  shape: (view) => {
    const { type, shape } = view.input(0);
    const [n, blocked, height, width] = shape as [number, number, number, number];
    const channels = view.requiredInt('channels');
    if (channels < 1 || channels > blocked)
      view.fail(`attribute channels is ${channels}, expected 1 to ${blocked}`);
    return [{ type, shape: [n, channels, height, width] }];
  },
};
