import type { NodeView, Operator } from './operator.js';
import { readWindow } from './window.js';

/**
 * Puts values at the flat places a MaxPool named, zeros elsewhere; not differentiated. Without an
 * output shape the result is as large as its windows reach.
 */
export const MaxUnpool: Operator = {
  name: 'MaxUnpool',
  attributes: { kernel_shape: 'ints', strides: 'ints', pads: 'ints' },
  shape: (view) => [{ type: view.input(0).type, shape: view.constant(2) ?? reachedShape(view) }],
};

function reachedShape(view: NodeView): number[] {
  const x = view.input(0);
  const { kernel, strides, pads } = readWindow(view, x);
  const [n, channels, ...sizes] = x.shape as [number, number, number, number];
  const reached = sizes.map(
    (size, a) =>
      (size - 1) * (strides[a] as number) +
      (kernel[a] as number) -
      (pads[a] as number) -
      (pads[a + 2] as number),
  );
  return [n, channels, ...reached];
}
