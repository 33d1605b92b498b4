import type { NodeView, Value } from './operator.js';

/** How a window slides over the two spatial axes of an NCHW tensor. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
  readonly group: number;
}

/** Attributes every sliding operator shares. */
export const windowAttributes = {
  auto_pad: 'string',
  kernel_shape: 'ints',
  strides: 'ints',
  dilations: 'ints',
  pads: 'ints',
} as const;

/** Reads and checks the window's attributes; the kernel is the weight's last two sizes if given. */
export function readWindow(view: NodeView, x: Value, weight?: Value): Window {
  if (x.shape.length !== 4) view.unsupported(`an input of shape [${x.shape}]; expected N, C, H, W`);
  if (weight && weight.shape.length !== 4)
    view.fail(`weight of shape [${weight.shape}], expected 4 sizes`);
  const kernel = view.ints('kernel_shape') ?? weight?.shape.slice(2);
  if (kernel?.length !== 2) view.fail(`kernel_shape [${kernel}], expected two sizes`);
  if (weight && weight.shape.slice(2).join() !== kernel.join())
    view.fail(`kernel_shape [${kernel}] and weight of shape [${weight.shape}] do not agree`);
  const padding = view.string('auto_pad', 'NOTSET');
  const pads = view.ints('pads') ?? [0, 0, 0, 0];
  if (padding !== 'NOTSET' && padding !== 'VALID') view.unsupported(`auto_pad ${padding}`);
  const strides = view.ints('strides') ?? [1, 1];
  const dilations = view.ints('dilations') ?? [1, 1];
  const group = view.int('group', 1);
  if (pads.length !== 4 || pads.some((p) => p < 0))
    view.fail(`pads [${pads}], expected four sizes from 0`);
  for (const [name, value] of Object.entries({ kernel_shape: kernel, strides, dilations }))
    if (value.length !== 2 || value.some((size) => !Number.isInteger(size) || size < 1))
      view.fail(`${name} [${value}], expected two whole numbers from 1`);
  return {
    kernel: kernel as [number, number],
    strides: strides as [number, number],
    dilations: dilations as [number, number],
    pads: pads as [number, number, number, number],
    group,
  };
}

/** Attributes of a node that slides this window. */
export function windowAttributesOf(window: Window): Record<string, number | readonly number[]> {
  const { kernel, strides, dilations, pads, group } = window;
  return { kernel_shape: kernel, strides, dilations, pads, group };
}

/** Positions of the window along the spatial axis (0: rows, 1: columns) of an input of that size. */
export function outputSize(view: NodeView, window: Window, size: number, axis: 0 | 1): number {
  const reach = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
  const padded = size + window.pads[axis] + window.pads[(axis + 2) as 2 | 3];
  if (reach > padded)
    view.fail(`kernel reach ${reach} > padded input ${padded} along spatial axis ${axis}`);
  return Math.floor((padded - reach) / window.strides[axis]) + 1;
}
