import type { Operand } from '../../../builder.js';
import type { Value } from '../../../operators/operator.js';
import { readWindow, windowAttributesOf } from '../../../operators/window.js';
import type { Form } from '../../rewrite.js';
import type { BlockedValues } from './layout.js';
import { minimalConv, minimalPays } from './minimal-conv.js';
import {
  blockedRows,
  blockedWeight,
  exchangedRows,
  exchangedWeights,
  outputBlockedWeight,
} from './weights.js';

/**
 * Convolution over channel blocks. ONNX Runtime does this by itself only where the weight is a
 * constant; here the weight is blocked anew in each run, which costs little beside the convolution.
 * An image of fewer channels than a block goes in as it is.
 */
export function blockedConv(values: BlockedValues): Form {
  return (g, inputs, view, node) => {
    const [x, weight, bias] = inputs as [Value, Value, Operand];
    const window = readWindow(view, x, weight);
    const [outputs, channels] = weight.shape as [number, number];
    const { block } = values;
    const few = channels < block;
    if (window.group !== 1 || !values.fits(outputs) || !(few || values.fits(channels)))
      return undefined;
    const shape = x.shape as [number, number, number, number];
    const constant = g.tensor(weight.name) !== undefined;
    if (!few && minimalPays(window, shape, outputs, constant)) {
      const from = values.blocked(g, x);
      return [
        values.plain(g, minimalConv(g, from, weight, bias, window, outputs, block, blockedRows)),
      ];
    }
    const operands = few
      ? [x, outputBlockedWeight(g, weight), bias]
      : [values.blocked(g, x), blockedWeight(g, weight, block), bias];
    const result = values.convolve(g, operands, windowAttributesOf(window), node.name);
    return [values.plain(g, result)];
  };
}

/** The input gradient of a convolution of stride 1: dy's convolution with the turned kernel. */
export function blockedConvInputGradient(values: BlockedValues): Form {
  return (g, inputs, view) => {
    const [dy, weight] = inputs as [Value, Value];
    const { kernel, strides, dilations, pads, group } = readWindow(view, dy, weight);
    const [outputs, channels] = weight.shape as [number, number];
    const reach = [0, 1].map((a) => (dilations[a] as number) * ((kernel[a] as number) - 1));
    const turnedPads = pads.map((pad, i) => (reach[i % 2] as number) - pad);
    if (strides.some((s) => s !== 1) || group !== 1 || turnedPads.some((p) => p < 0))
      return undefined;
    if (!values.fits(outputs, channels)) return undefined;
    const from = values.blocked(g, dy);
    const { block } = values;
    const window = {
      kernel,
      strides,
      dilations,
      group,
      pads: turnedPads as [number, number, number, number],
    };
    const shape = dy.shape as [number, number, number, number];
    if (minimalPays(window, shape, channels, false)) {
      const dx = minimalConv(
        g,
        from,
        weight,
        undefined,
        window,
        channels,
        block,
        exchangedRows,
        true,
      );
      return [values.plain(g, dx)];
    }
    const taps = kernel[0] * kernel[1];
    const turned = Array.from({ length: taps }, (_, i) => taps - 1 - i);
    const [kernelOf] = exchangedWeights(g, weight, block, [turned], kernel);
    const attributes = { kernel_shape: kernel, dilations, pads: turnedPads };
    const dx = values.convolve(g, [from, kernelOf], attributes);
    return [values.plain(g, dx)];
  };
}
