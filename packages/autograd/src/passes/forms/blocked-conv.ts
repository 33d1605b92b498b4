import type { GraphBuilder, Operand } from '../../builder.js';
import type { Value } from '../../operators/operator.js';
import { readWindow, windowAttributesOf } from '../../operators/window.js';
import type { Form } from '../rewrite.js';

const domain = 'com.microsoft.nchwc';

/**
 * Convolution over channel blocks. ONNX Runtime does this by itself only where the weight is a
 * constant; here the weight is blocked anew in each run, which costs little beside the convolution.
 */
export function blockedConv(block: number): Form {
  return (g, inputs, view, node) => {
    const [x, weight, bias] = inputs as [Value, Value, Operand];
    const window = readWindow(view, x, weight);
    const [outputs, channels] = weight.shape as [number, number];
    if (node.domain !== '' || window.group !== 1 || g.tensor(weight.name) !== undefined)
      return undefined;
    if (channels % block !== 0 || outputs % block !== 0) return undefined;
    const blocked = g.apply(
      'Conv',
      [g.apply('ReorderInput', [x], {}, { domain }), blockedWeight(g, weight, block), bias],
      windowAttributesOf(window),
      { domain, name: node.name },
    );
    return [g.apply('ReorderOutput', [blocked], { channels: outputs }, { domain })];
  };
}

/**
 * A weight [O, C, kh, kw] in memory [O / b, C / b, kh, kw, b inputs, b outputs]. Two of the runtime's
 * own blocking copies, one over each channel axis, are several times faster than one general transpose.
 */
function blockedWeight(g: GraphBuilder, weight: Value, block: number): Value {
  const [outputs, channels, kh, kw] = weight.shape as [number, number, number, number];
  const byInput = g.apply('ReorderInput', [weight], {}, { domain });
  const rows = g.apply('Reshape', [
    byInput,
    g.ints([outputs / block, block, channels * kh * kw, 1]),
  ]);
  const byBoth = g.apply('ReorderInput', [rows], {}, { domain });
  return g.apply('Reshape', [byBoth, g.ints(weight.shape)]);
}
