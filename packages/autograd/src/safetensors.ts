import { FormatError } from './errors.js';
import {
  type DataType,
  elementCount,
  type Tensor,
  type TypedArray,
  typedArrays,
} from './tensor.js';

const codes: Readonly<Record<DataType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  int8: 'I8',
  bool: 'BOOL',
};
const types: ReadonlyMap<unknown, DataType> = new Map(
  Object.entries(codes).map(([type, code]) => [code, type as DataType]),
);

/** The largest header read, as the reference implementation has it. */
const headerLimit = 100_000_000;

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Named tensors in the safetensors layout: header length (8 bytes), JSON header, then the data, each
 * tensor aligned to its element size. Throws RangeError for what could not be read back: a tensor named
 * `__metadata__` or `__proto__`, or one that does not hold what its shape says.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  // The widest elements first: every tensor then starts at a multiple of its element size.
  const ordered = [...tensors].sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  let end = 0;
  for (const [name, { type, shape, data }] of ordered) {
    if (name === '__metadata__' || name === '__proto__')
      throw new RangeError(`a tensor cannot be named "${name}" in a safetensors file`);
    if (data.length !== elementCount(shape))
      throw new RangeError(
        `tensor "${name}" of shape [${shape}] holds ${data.length} elements, expected ${elementCount(shape)}`,
      );
    header[name] = { dtype: codes[type], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = JSON.stringify(header);
  const unpadded = new TextEncoder().encode(text).length;
  const encoded = new TextEncoder().encode(text + ' '.repeat((8 - (unpadded % 8)) % 8));
  const bytes = new Uint8Array(8 + encoded.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  let offset = 8 + encoded.length;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads the safetensors layout, strictly: header cap, known types, offsets that cover the data from
 * its first to its last byte without gap or overlap. Throws FormatError before any memory is taken.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const fail = (problem: string): never => {
    throw new FormatError(`not a safetensors file: ${problem}`);
  };
  if (bytes.length < 8) fail(`${bytes.length} bytes, expected at least 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(view.getBigUint64(0, true));
  if (size > headerLimit || 8 + size > bytes.length)
    fail(`a header of ${size} bytes in a file of ${bytes.length}`);
  let header: Record<string, unknown>;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + size));
    header = JSON.parse(text);
  } catch {
    return fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('its header is not a JSON object');
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTextRecord(metadata)) return fail('its metadata are not an object of strings');
  const data = bytes.subarray(8 + size);
  const read = Object.entries(entries)
    .map(([name, entry]) => ({ name, ...checkEntry(name, entry, fail) }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let covered = 0;
  for (const { name, start, end } of read) {
    if (start !== covered) fail(`tensor "${name}" starts at ${start}, expected ${covered}`);
    covered = end;
  }
  if (covered !== data.length) fail(`its tensors end at ${covered} of ${data.length} bytes`);
  const tensors = new Map<string, Tensor>();
  for (const { name, type, shape, start, end } of read)
    tensors.set(name, { type, shape, data: arrayOf(type, data.subarray(start, end)) });
  return { tensors, metadata };
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

function checkEntry(name: string, entry: unknown, fail: (problem: string) => never) {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const type = types.get(dtype);
  if (type === undefined)
    return fail(`tensor "${name}" has the unknown type ${JSON.stringify(dtype)}`);
  const sizes = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!sizes(shape)) return fail(`tensor "${name}" has no proper shape`);
  if (!sizes(offsets) || offsets.length !== 2)
    return fail(`tensor "${name}" has no proper offsets`);
  const [start, end] = offsets as [number, number];
  const width = typedArrays[type].BYTES_PER_ELEMENT;
  // Without the zeros: a size of 0 must not hide the overflow of the others.
  if (!Number.isSafeInteger(elementCount(shape.filter((size) => size > 0)) * width))
    return fail(`tensor "${name}" has a shape too large, [${shape}]`);
  const expected = elementCount(shape) * width;
  if (end - start !== expected)
    return fail(`tensor "${name}" holds ${end - start} bytes, its shape needs ${expected}`);
  return { type, shape, start, end };
}

/** A copy: `bytes` may be a Node Buffer, whose own slice() would share memory and alignment. */
function arrayOf(type: DataType, bytes: Uint8Array): TypedArray {
  return new typedArrays[type](new Uint8Array(bytes).buffer);
}
