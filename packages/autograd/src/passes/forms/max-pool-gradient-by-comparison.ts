import type { Value } from '../../operators/operator.js';
import { readWindow } from '../../operators/window.js';
import type { Form } from '../rewrite.js';
import { maxPoolGradient } from './max-pool-gradient.js';

/**
 * The same result where the pooling node cannot say where its maxima stood: each place of a window, in
 * row order, is compared with the maximum. The gradient still to be given away starts as dy; a place
 * that differs from the maximum leaves it as it is, the first that equals it takes it whole, so that
 * a tie (zeros behind a ReLU are one) has one winner as on CPU. Windows that overlap or are padded
 * keep the other form.
 */
export const maxPoolGradientByComparison: Form = (g, inputs, view, node) => {
  const [x, dy] = inputs as [Value, Value];
  const { kernel, strides, pads, dilations } = readWindow(view, x);
  const [size, width] = kernel;
  const [, , height, columns] = x.shape as [number, number, number, number];
  const tiles =
    size === width &&
    strides.every((stride) => stride === size) &&
    dilations.every((d) => d === 1) &&
    pads.every((pad) => pad === 0) &&
    height % size === 0 &&
    columns % size === 0;
  if (!tiles) return maxPoolGradient(g, inputs, view, node);

  const maximum = g.apply('MaxPool', [x], { kernel_shape: kernel, strides });
  const places: Value[] = [];
  let left = dy;
  for (let i = 0; i < size * size - 1; i++) {
    const value = g.apply('Slice', [
      x,
      g.ints([Math.floor(i / size), i % size]),
      g.ints([height, columns]),
      g.ints([2, 3]),
      g.ints([size, size]),
    ]);
    const differs = g.apply('Sign', [g.apply('Sub', [maximum, value])]);
    const after = g.apply('Mul', [left, differs]);
    places.push(g.apply('Sub', [left, after]));
    left = after;
  }
  const taken = g.apply('Concat', [...places, left], { axis: 1 });
  return [g.apply('DepthToSpace', [taken], { blocksize: size })];
};
