import type { GraphBuilder } from '../../../builder.js';
import type { Value } from '../../../operators/operator.js';
import { float32 } from '../../../tensor.js';
import { domain } from './layout.js';

/**
 * A linear combination of neighbouring rows of each channel, one for every `step` rows: a convolution of
 * each channel by itself. x and the result are blocked.
 */
export function rowsTransform(
  g: GraphBuilder,
  x: Value,
  factors: readonly number[],
  step: number,
  [above, below]: readonly [number, number],
  block: number,
): Value {
  const channels = x.shape[1] as number;
  const taps = factors.length;
  // In memory [C / b, 1, taps, 1, b]: the same factors for every channel.
  const data = Float32Array.from(
    { length: channels * taps },
    (_, i) => factors[Math.floor(i / block) % taps] as number,
  );
  return g.apply(
    'Conv',
    [x, g.constant(float32([channels, 1, taps, 1], data))],
    {
      kernel_shape: [taps, 1],
      strides: [step, 1],
      pads: [above, 0, below, 0],
      group: channels,
    },
    { domain },
  );
}
