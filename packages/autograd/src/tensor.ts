/** Element types the engine knows, named as ONNX names them (`float32` for ONNX FLOAT). */
export type DataType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Int8Array;

/** A dense array: row-major, `data.length` is the product of `shape`; bool is a Uint8Array of 0/1. */
export interface Tensor {
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

export const typedArrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
} as const;

/** Number of elements of a tensor of this shape; 1 for a scalar (`[]`). */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A float32 tensor; `data` must hold as many elements as `shape` says. */
export function float32(shape: readonly number[], data: ArrayLike<number>): Tensor {
  return checked('float32', shape, Float32Array.from(data));
}

/** An int64 tensor, of rank 1 unless a shape is given. */
export function int64(
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Tensor {
  return checked('int64', shape, BigInt64Array.from(values, BigInt));
}

/** A float32 scalar. */
export function scalar(value: number): Tensor {
  return float32([], [value]);
}

/** The elements as numbers; int64 values must be safe integers. */
export function numbers(tensor: Tensor): number[] {
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

function checked(type: DataType, shape: readonly number[], data: TypedArray): Tensor {
  if (data.length !== elementCount(shape))
    throw new RangeError(
      `shape [${shape}] holds ${elementCount(shape)} elements, not ${data.length}`,
    );
  return { type, shape, data };
}
