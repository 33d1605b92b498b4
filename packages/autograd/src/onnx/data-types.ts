import type { DataType } from '../tensor.js';

/** ONNX TensorProto.DataType codes of the element types the engine knows. */
export const dataTypeCodes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};
