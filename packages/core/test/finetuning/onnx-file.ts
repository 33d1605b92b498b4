import { float32, GraphBuilder, type OnnxFile, type Tensor, type Value } from '@vascula/autograd';
import { importOnnx, type OnnxWishes } from '@vascula/core';
import { expect } from 'vitest';

export type Build = (g: GraphBuilder, x: Value) => Value;

/** Values that follow no pattern, the same every time. */
export const wave = (shape: readonly number[], phase = 0): Tensor => {
  const length = shape.reduce((a, b) => a * b, 1);
  return float32(
    shape,
    Array.from({ length }, (_, i) => Math.sin(1 + phase + 7 * i)),
  );
};

interface FileOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Of the input. */
  readonly sizes?: readonly (number | string)[];
  /** Initialisers that stand in the file as Constant nodes. */
  readonly constants?: readonly string[];
  /** Values that are outputs too. */
  readonly outputs?: readonly string[];
}

/** A file as an exporter writes it, with its sizes by name. */
export function fileOf(
  build: Build,
  { metadata = {}, sizes = ['n', 3, 'h', 'w'], constants = [], outputs = [] }: FileOptions = {},
): OnnxFile {
  const g = new GraphBuilder('file');
  g.output(build(g, g.input('x', 'float32', [1, 3, 64, 64])), 'y');
  for (const name of outputs) g.output(g.value(name));
  const graph = g.build();
  const [x, ...others] = graph.inputs;
  if (x === undefined) throw new RangeError('a file without an input');
  return {
    graph: {
      ...graph,
      inputs: [{ ...x, shape: sizes }, ...others],
      outputs: graph.outputs.map(({ shape, ...output }) => ({
        ...output,
        shape: ['n', shape[1] ?? 'c', 'h', 'w'],
      })),
    },
    constants: new Set(constants),
    metadata,
    opset: 17,
  };
}

/** A convolution that keeps the size. */
export const conv = (g: GraphBuilder, x: Value, outputs: number, name = 'layer'): Value => {
  const weight = g.parameter(`${name}.weight`, wave([outputs, x.shape[1] as number, 3, 3]));
  const bias = g.parameter(`${name}.bias`, wave([outputs], 2));
  return g.apply('Conv', [x, weight, bias], { pads: [1, 1, 1, 1] }, { name });
};

export const oneLayer: Build = (g, x) => conv(g, x, 1);

export const imported = (file: OnnxFile, wishes: Partial<OnnxWishes> = {}) =>
  importOnnx(file, { freeze: [], ...wishes }, 'net.onnx');

/** The message of the InputError that `action` throws. */
export const thrown = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    expect((error as Error).name).toBe('InputError');
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};
