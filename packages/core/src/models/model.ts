import type { Graph } from '@vascula/autograd';
import { InputError } from '../errors.js';
import { fcn } from './fcn.js';
import { type LayerRow, NetworkBuilder, type Parameter, type ParameterSource } from './network.js';
import { buildOnnx } from './onnx/build-onnx.js';
import { checkSpec, type NetworkSpec, sizeMultiple } from './spec.js';
import { unet } from './unet.js';

export interface Model {
  readonly spec: NetworkSpec;
  /**
   * Inference form: input `image` float32 [N, C, H, W] of 0 to 255, output `logits` [N, classes, H, W];
   * the parameters are initialisers under their names.
   */
  readonly graph: Graph;
  readonly layers: readonly LayerRow[];
  readonly parameters: readonly Parameter[];
}

export interface InputSize {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

export interface BuildOptions {
  /**
   * As it is trained with deep supervision: with outputs `logits/level1` … of the coarser levels of a
   * U-Net's decoder, [N, classes, H / 2, W / 2] …, and the parameters `coarser1.weight` … they take.
   */
  readonly deepSupervision?: boolean;
}

const networks = { unet, fcn };

/**
 * Builds a network for one input size, its parameters filled from `source`.
 *
 * Throws InputError where the spec is out of range, the network too large for one ONNX file, or the
 * size no multiple of `sizeMultiple`.
 */
export function buildModel(
  spec: NetworkSpec,
  size: InputSize,
  source: ParameterSource,
  { deepSupervision = false }: BuildOptions = {},
): Model {
  const multiple = sizeMultiple(spec);
  const isMultiple = size.height % multiple === 0 && size.width % multiple === 0;
  const wrongSize = (reason: string) =>
    new InputError({
      path: 'model',
      field: 'size',
      problem: `an input of ${size.width} x ${size.height} pixels`,
      expected: `multiples of ${multiple}${reason}`,
    });
  if (spec.architecture === 'onnx') {
    if (!isMultiple) throw wrongSize('');
    return buildOnnx(spec, size, source);
  }
  checkSpec(spec);
  if (!isMultiple)
    throw wrongSize(`, since depth ${spec.depth} halves the size ${spec.depth - 1} times`);
  const network = new NetworkBuilder(spec.architecture, source, spec.momentum, deepSupervision);
  const image = network.input([size.batch, spec.inputChannels, size.height, size.width]);
  const scaled = network.rescaling(image);
  const seen = spec.localContrast ? network.localContrast(scaled, spec.localContrast) : scaled;
  const logits = networks[spec.architecture](network, spec, seen);
  const graph = network.build(logits);
  return { spec, graph, layers: network.layers, parameters: network.parameters };
}
