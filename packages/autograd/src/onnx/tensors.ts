import { create } from '@bufbuild/protobuf';
import {
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as ElementType,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';
import { FormatError } from '../errors.js';
import { type DataType, elementCount, type Tensor, typedArrays } from '../tensor.js';
import { dataTypeCodes } from './data-types.js';

/** A tensor as ONNX stores it: little-endian raw bytes. */
export function writeTensor(name: string, tensor: Tensor): TensorProto {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return create(TensorProtoSchema, {
    name,
    dataType: dataTypeCodes[tensor.type],
    dims: tensor.shape.map(BigInt),
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}

/** The tensor of a TensorProto, from raw bytes or from the typed fields; external data is refused. */
export function readTensor(proto: TensorProto): Tensor {
  const type = dataTypeOf(proto.dataType, `tensor "${proto.name}"`);
  const shape = proto.dims.map(Number);
  const count = elementCount(shape);
  const wrong = (held: number) =>
    new FormatError(
      `tensor "${proto.name}" of shape [${shape}] holds ${held} elements, expected ${count}`,
    );
  if (proto.externalData.length > 0 || proto.dataLocation === DataLocation.EXTERNAL)
    throw new FormatError(
      `tensor "${proto.name}" lies in another file; save the model as one file`,
    );
  if (shape.some((size) => size < 0 || !Number.isSafeInteger(size))) throw wrong(0);
  const arrayType = typedArrays[type];
  if (proto.rawData.length > 0) {
    if (proto.rawData.length !== count * arrayType.BYTES_PER_ELEMENT)
      throw wrong(proto.rawData.length / arrayType.BYTES_PER_ELEMENT);
    const bytes = new Uint8Array(proto.rawData);
    return { type, shape, data: new arrayType(bytes.buffer, 0, count) };
  }
  const fields: Record<DataType, ArrayLike<number | bigint>> = {
    float32: proto.floatData,
    float64: proto.doubleData,
    int64: proto.int64Data,
    int32: proto.int32Data,
    int8: proto.int32Data,
    uint8: proto.int32Data,
    bool: proto.int32Data,
  };
  const values = fields[type];
  if (values.length !== count) throw wrong(values.length);
  const data = new arrayType(count);
  for (let i = 0; i < count; i++) data[i] = values[i] as never;
  return { type, shape, data };
}

/** The engine's name of an ONNX element type; FormatError for one it does not know. */
export function dataTypeOf(code: number, what: string): DataType {
  const type = Object.entries(dataTypeCodes).find(([, known]) => known === code)?.[0];
  if (type === undefined)
    throw new FormatError(
      `${what} has ONNX element type ${code} (${ElementType[code]?.toLowerCase() ?? 'unknown'}), not supported`,
    );
  return type as DataType;
}
