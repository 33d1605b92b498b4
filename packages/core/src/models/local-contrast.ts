import type { GraphBuilder, Value } from '@vascula/autograd';

/** Added to the deviation: two grey values of 255, since x goes from -1 to 1. */
const LEAST = 1 / 64;

/**
 * Evens out light and contrast of an image [N, C, H, W]: d / (s + 1/64) with d = x - mean of x and s^2 = mean of d^2,
 * both over the window around a pixel, as far as it is inside the image; s is over all channels, so that their
 * differences stay. Light, stain and camera change slowly over an image: what is left is how a place differs
 * from its surroundings (subtractive and divisive normalisation, Jarrett et al. 2009, over a box).
 *
 * @param side of the window in pixels, odd.
 */
export function localContrast(g: GraphBuilder, x: Value, side: number): Value {
  const half = (side - 1) / 2;
  // Rows, then columns: the window is a rectangle at the border too, so that the mean stays exact.
  const mean = (value: Value) => {
    const rows = { kernel_shape: [1, side], pads: [0, half, 0, half] };
    const columns = { kernel_shape: [side, 1], pads: [half, 0, half, 0] };
    return g.apply('AveragePool', [g.apply('AveragePool', [value], rows)], columns);
  };
  const centred = g.apply('Sub', [x, mean(x)]);
  const squares = g.apply('Mul', [centred, centred]);
  const deviation = g.apply('Sqrt', [mean(channelMean(g, squares))]);
  const divisor = g.apply('Add', [deviation, g.scalar(LEAST)]);
  // One for each channel: OpenCV does not spread a channel over all.
  const divisors = Array.from({ length: x.shape[1] as number }, () => divisor);
  return g.apply('Div', [centred, g.apply('Concat', divisors, { axis: 1 })]);
}

/**
 * [N, 1, H, W]. By neither of the shorter ways: OpenCV does not reduce over channels, and the weight of a
 * convolution would be taken for one to train where an exported file is fine-tuned.
 */
function channelMean(g: GraphBuilder, x: Value): Value {
  const channels = x.shape[1] as number;
  if (channels === 1) return x;
  const parts = g.applyAll('Split', [x, g.ints(Array(channels).fill(1))], { axis: 1 });
  const sum = parts.reduce((a, b) => g.apply('Add', [a, b]));
  return g.apply('Mul', [sum, g.scalar(1 / channels)]);
}
