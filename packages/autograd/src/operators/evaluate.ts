import { type DataType, elementCount, type Tensor, typedArrays } from '../tensor.js';
import type { NodeView, ValueType } from './operator.js';

// Values of operators on constants, for graphs that compute sizes. The shape rule has run before, and
// says what is to be made.

/** Results of f on whole tensors, element by element with broadcasting. */
export function elementwise(f: (...values: number[]) => number) {
  return (view: NodeView, [type]: readonly ValueType[]): Tensor[] | undefined => {
    const inputs = knownInputs(view);
    if (inputs === undefined || type === undefined) return undefined;
    const places = inputs.map((input) => broadcastPlaces(input.shape, type.shape));
    const values = Array.from({ length: elementCount(type.shape) }, (_, i) =>
      f(...inputs.map(({ data }, k) => Number(data[(places[k] as number[])[i] as number]))),
    );
    return tensorOf(type, values);
  };
}

/** The data of input 0 under another shape. */
export function sameData(
  view: NodeView,
  [type]: readonly ValueType[],
): readonly Tensor[] | undefined {
  const [x] = knownInputs(view) ?? [];
  return x && type && [{ ...x, shape: type.shape }];
}

/** Every input that is given, or undefined where one is not known. */
export function knownInputs(view: NodeView): Tensor[] | undefined {
  const tensors = view.inputs.flatMap((value, i) => (value ? [view.tensor(i)] : []));
  return tensors.every((tensor) => tensor !== undefined) ? tensors : undefined;
}

/** Elements of a tensor in another order: `place` says for an index along the axes where each lies. */
export function picked(
  from: Tensor,
  { shape }: ValueType,
  place: (index: readonly number[]) => number,
): Tensor[] {
  const data = new typedArrays[from.type](elementCount(shape));
  indices(shape).forEach((index, i) => {
    data[i] = from.data[place(index)] as never;
  });
  return [{ type: from.type, shape, data }];
}

/**
 * Numbers as a tensor; integers are cut towards zero, as a cast does. Undefined where one is no integer at
 * all: what a division by zero gives is the runtime's to say.
 */
export function tensorOf(
  { type, shape }: ValueType,
  values: readonly number[],
): Tensor[] | undefined {
  const made = (data: Tensor['data']) => [{ type, shape, data }];
  if (type === 'bool') return made(Uint8Array.from(values, (value) => Number(value !== 0)));
  if (/^u?int/.test(type) && !values.every(Number.isFinite)) return undefined;
  if (type !== 'int64') return made(typedArrays[type as Exclude<DataType, 'int64'>].from(values));
  return made(BigInt64Array.from(values, (value) => BigInt.asIntN(64, BigInt(Math.trunc(value)))));
}

/** Distance in memory between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

/** Where an index along the axes lies in a tensor of `shape` that is broadcast to more or longer axes. */
export function broadcastPlace(shape: readonly number[], index: readonly number[]): number {
  const strides = stridesOf(shape);
  const extra = index.length - shape.length;
  return shape.reduce(
    (place, size, a) =>
      place + (size === 1 ? 0 : (index[a + extra] as number) * (strides[a] as number)),
    0,
  );
}

function broadcastPlaces(shape: readonly number[], wide: readonly number[]): number[] {
  return indices(wide).map((index) => broadcastPlace(shape, index));
}

/** Every index of a shape in row order. */
function indices(shape: readonly number[]): number[][] {
  const strides = stridesOf(shape);
  return Array.from({ length: elementCount(shape) }, (_, i) =>
    shape.map((size, axis) => Math.floor(i / (strides[axis] as number)) % size),
  );
}
