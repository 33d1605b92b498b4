import type { Tensor } from '@vascula/autograd';
import { elementCount } from '@vascula/autograd';
import { InputError } from '../errors.js';
import { randomStream } from '../random.js';
import type { Parameter, ParameterSource } from './network.js';
import { onnxParameters } from './onnx/index.js';
import type { NetworkSpec } from './spec.js';

/** What a network is trained from: fresh parameters by the seed, or those of its ONNX file. */
export function firstParameters(spec: NetworkSpec, seed: number): ParameterSource {
  return spec.architecture === 'onnx' ? onnxParameters(spec) : initialParameters(seed);
}

/**
 * Fresh parameters as Keras makes them: kernels uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot &
 * Bengio 2010), scale and variance 1, everything else 0. Each parameter has its own stream.
 */
export function initialParameters(seed: number): ParameterSource {
  return ({ name, shape, role, fanIn, fanOut }) => {
    const data = new Float32Array(elementCount(shape));
    if (role === 'scale' || role === 'variance') return data.fill(1);
    if (role !== 'kernel') return data;
    const random = randomStream(seed, 'initial parameters', name);
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    for (let i = 0; i < data.length; i++) data[i] = random.uniform(-bound, bound);
    return data;
  };
}

/**
 * Parameters (and an optimiser's slots) from named tensors; `path` says in errors where they came from.
 * What it gives throws InputError for a tensor that is missing, of another shape, or not finite.
 */
export function storedParameters(
  tensors: ReadonlyMap<string, Tensor>,
  path: string,
): (parameter: Pick<Parameter, 'name' | 'shape'>) => Float32Array {
  return ({ name, shape }) => {
    const tensor = tensors.get(name);
    if (tensor?.type !== 'float32' || tensor.shape.join() !== shape.join())
      throw new InputError({
        path,
        field: name,
        problem: tensor ? `is ${tensor.type} [${tensor.shape}]` : 'is missing',
        expected: `float32 [${shape}]`,
        hint: 'The file belongs to another model, or is damaged',
      });
    const data = tensor.data as Float32Array;
    if (!data.every(Number.isFinite))
      throw new InputError({
        path,
        field: name,
        problem: `holds ${data.find((value) => !Number.isFinite(value))}`,
        expected: 'finite numbers',
        hint: 'The file is damaged',
      });
    return data;
  };
}

/** Zeros, for a network that is only looked at. */
export const emptyParameters: ParameterSource = ({ shape }) =>
  new Float32Array(elementCount(shape));
