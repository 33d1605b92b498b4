import { readWindow } from '../../../operators/window.js';
import type { Form } from '../../rewrite.js';
import { type BlockedValues, domain } from './layout.js';

// Operators between convolutions that work on blocks as well as on planes: a network in inference stays
// in blocks from its first convolution to its last.

/** A Relu that alone reads a blocked convolution becomes that convolution's activation. */
export function blockedRelu(values: BlockedValues): Form {
  return (g, [x], _view, node) => {
    const blocked = x && values.known(x);
    if (!blocked) return undefined;
    const alone = values.readersOf(node.inputs[0] as string).length === 1;
    const fused = alone ? values.withActivation(blocked, 'Relu') : undefined;
    return [values.plain(g, fused ?? g.apply('Relu', [blocked]))];
  };
}

/** Where every part is blocked: the blocks follow each other as the channels do. */
export function blockedConcat(values: BlockedValues): Form {
  return (g, inputs, view) => {
    const parts = inputs.map((x) => x && values.known(x));
    if (view.int('axis', 0) !== 1 || parts.some((part) => part === undefined)) return undefined;
    return [values.plain(g, g.apply('Concat', parts, { axis: 1 }))];
  };
}

/** Where nobody asks for the places of the maxima. */
export function blockedMaxPool(values: BlockedValues): Form {
  return (g, [x], view, node) => {
    const blocked = x && values.known(x);
    const [image, places] = [node.inputs[0] as string, node.outputs[1] ?? ''];
    const wanted =
      (places !== '' && values.readersOf(places).length > 0) ||
      values.readersOf(image).includes('autograd::MaxPoolGradient');
    if (!blocked || wanted) return undefined;
    const { kernel, strides, pads, dilations } = readWindow(view, blocked);
    const window = { kernel_shape: kernel, strides, pads, dilations };
    return [values.plain(g, g.apply('MaxPool', [blocked], window, { domain }))];
  };
}
