import { elementCount, type Graph, GraphBuilder, type Tensor, type Value } from '@vascula/autograd';
import { InputError } from '../errors.js';
import { localContrast } from './local-contrast.js';

/** A row of a network's summary, as Keras prints it. */
export interface LayerRow {
  readonly name: string;
  readonly type: string;
  /** [batch (open), height, width, channels], the order of the notebook's tables. */
  readonly outputShape: readonly [null, number, number, number];
  readonly parameters: number;
  readonly nonTrainable: number;
}

export type ParameterRole = 'kernel' | 'bias' | 'scale' | 'shift' | 'mean' | 'variance';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  /** False for running statistics, which are observed, not trained. */
  readonly trainable: boolean;
  /** Inputs and outputs of one unit of a kernel (Keras's fans); 0 for other roles. */
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Values for a parameter, as many as its shape holds. */
export type ParameterSource = (parameter: Parameter) => Float32Array;

/** Values of a network at most: an ONNX file (a protobuf message) ends at 2 GiB. */
const mostValues = 500e6;

/** The name of a network's logits at a level of resolution; level 0 is the full one. */
export function levelLogits(level: number): string {
  return level === 0 ? 'logits' : `logits/level${level}`;
}

/** A network under construction: the graph, its parameters and its summary grow together. */
export class NetworkBuilder {
  readonly layers: LayerRow[] = [];
  readonly parameters: Parameter[] = [];
  private readonly g: GraphBuilder;
  private readonly coarser = new Map<number, Value>();
  private values = 0;

  constructor(
    name: string,
    private readonly source: ParameterSource,
    private readonly momentum: number,
    private readonly deepSupervision = false,
  ) {
    this.g = new GraphBuilder(name);
  }

  /** The image [N, C, H, W], values 0 to 255. */
  input(shape: readonly number[]): Value {
    return this.row('image', 'InputLayer', this.g.input('image', 'float32', shape));
  }

  /** x / 127.5 - 1: to [-1, 1]. */
  rescaling(x: Value): Value {
    const scaled = this.g.apply('Mul', [x, this.g.scalar(1 / 127.5)]);
    return this.row('rescaling', 'Rescaling', this.g.apply('Sub', [scaled, this.g.scalar(1)]));
  }

  /** See `localContrast`. */
  localContrast(x: Value, side: number): Value {
    return this.row('contrast', 'LocalContrast', localContrast(this.g, x, side));
  }

  /** Square convolution, stride 1, that keeps the size. */
  conv(name: string, x: Value, channels: number, kernel: number): Value {
    const inputs = x.shape[1] as number;
    const taps = kernel * kernel;
    const weight = this.parameter(`${name}.weight`, [channels, inputs, kernel, kernel], 'kernel', [
      inputs * taps,
      channels * taps,
    ]);
    const bias = this.parameter(`${name}.bias`, [channels], 'bias');
    const pad = (kernel - 1) / 2;
    const y = this.g.apply(
      'Conv',
      [x, weight, bias],
      { kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad] },
      { name },
    );
    return this.row(name, 'Conv2D', y, count(weight, bias));
  }

  batchNormalization(name: string, x: Value): Value {
    const shape = [x.shape[1] as number];
    const scale = this.parameter(`${name}.scale`, shape, 'scale');
    const shift = this.parameter(`${name}.bias`, shape, 'shift');
    const mean = this.parameter(`${name}.mean`, shape, 'mean');
    const variance = this.parameter(`${name}.variance`, shape, 'variance');
    const y = this.g.apply(
      'BatchNormalization',
      [x, scale, shift, mean, variance],
      // Keras's epsilon.
      { epsilon: 1e-3, momentum: this.momentum },
      { name },
    );
    const observed = count(mean, variance);
    return this.row(name, 'BatchNormalization', y, count(scale, shift) + observed, observed);
  }

  relu(name: string, x: Value): Value {
    return this.row(name, 'ReLU', this.g.apply('Relu', [x], {}, { name }));
  }

  /** Maximum of each 2 x 2 block. */
  maxPool(name: string, x: Value): Value {
    const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
    return this.row(name, 'MaxPooling2D', this.g.apply('MaxPool', [x], attributes, { name }));
  }

  /** Transposed convolution that multiplies the size by the stride. */
  convTranspose(name: string, x: Value, channels: number, kernel: number, stride: number): Value {
    const inputs = x.shape[1] as number;
    const taps = kernel * kernel;
    // Keras counts the fans of a transposed kernel [kh, kw, out, in] as if it were an ordinary one.
    const weight = this.parameter(`${name}.weight`, [inputs, channels, kernel, kernel], 'kernel', [
      channels * taps,
      inputs * taps,
    ]);
    const bias = this.parameter(`${name}.bias`, [channels], 'bias');
    const pad = (kernel - stride) / 2;
    const y = this.g.apply(
      'ConvTranspose',
      [x, weight, bias],
      {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
      },
      { name },
    );
    return this.row(name, 'Conv2DTranspose', y, count(weight, bias));
  }

  concatenate(name: string, values: readonly Value[]): Value {
    return this.row(name, 'Concatenate', this.g.apply('Concat', values, { axis: 1 }, { name }));
  }

  /**
   * With deep supervision, logits of a coarser level, for training alone: a 1 x 1 convolution of its own.
   * `level` counts the halvings of the resolution. Without, nothing.
   */
  coarserHead(level: number, x: Value, channels: number): void {
    if (this.deepSupervision) this.coarser.set(level, this.conv(`coarser${level}`, x, channels, 1));
  }

  build(logits: Value): Graph {
    this.g.output(logits, levelLogits(0));
    for (const [level, value] of this.coarser) this.g.output(value, levelLogits(level));
    return this.g.build();
  }

  private parameter(
    name: string,
    shape: readonly number[],
    role: ParameterRole,
    [fanIn, fanOut]: readonly [number, number] = [0, 0],
  ): Value {
    const trainable = role !== 'mean' && role !== 'variance';
    const parameter = { name, shape, role, trainable, fanIn, fanOut };
    this.values += elementCount(shape);
    if (this.values > mostValues)
      throw new InputError({
        path: 'model',
        problem: `more than ${mostValues / 1e6} million parameters`,
        expected: 'fewer, which one ONNX file can hold',
        hint: 'Lower the base, the depth or the kernel',
      });
    const data = this.source(parameter);
    if (data.length !== elementCount(shape))
      throw new RangeError(
        `parameter "${name}" has ${data.length} values, its shape [${shape}] needs ${elementCount(shape)}`,
      );
    this.parameters.push(parameter);
    return this.g.parameter(name, { type: 'float32', shape, data } satisfies Tensor);
  }

  private row(name: string, type: string, value: Value, parameters = 0, nonTrainable = 0): Value {
    const [, channels, height, width] = value.shape as [number, number, number, number];
    const outputShape = [null, height, width, channels] as const;
    this.layers.push({ name, type, outputShape, parameters, nonTrainable });
    return value;
  }
}

function count(...values: readonly Value[]): number {
  return values.reduce((sum, value) => sum + elementCount(value.shape), 0);
}
