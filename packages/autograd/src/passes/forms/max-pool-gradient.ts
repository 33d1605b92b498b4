import type { Value } from '../../operators/operator.js';
import { readWindow } from '../../operators/window.js';
import { elementCount } from '../../tensor.js';
import type { Form } from '../rewrite.js';

/** The pooling node's own record of where each maximum stood says where its gradient goes. */
export const maxPoolGradient: Form = (g, inputs, view) => {
  const [x, dy] = inputs as [Value, Value];
  const { kernel, strides, pads, dilations } = readWindow(view, x);
  const window = { kernel_shape: kernel, strides, pads, dilations };
  const places = g.applyAll('MaxPool', [x], window)[1] as Value;
  const disjoint = kernel[0] <= strides[0] && kernel[1] <= strides[1];
  if (disjoint && dilations.every((d) => d === 1)) {
    // The image's size is named only where it is not the one the windows reach: see hideSizes.
    const unpool = { kernel_shape: kernel, strides, pads };
    const own = g.apply('MaxUnpool', [dy, places], unpool);
    if (own.shape.join() === x.shape.join()) return [own];
    return [g.apply('MaxUnpool', [dy, places, g.ints(x.shape)], unpool)];
  }
  // Windows overlap: one place may collect several gradients.
  const zeros = g.zeros([elementCount(x.shape)]);
  const flat = (v: Value) => g.apply('Reshape', [v, g.ints([-1])]);
  const sums = g.apply('ScatterElements', [zeros, flat(places), flat(dy)], {
    axis: 0,
    reduction: 'add',
  });
  return [g.apply('Reshape', [sums, g.ints(x.shape)])];
};
