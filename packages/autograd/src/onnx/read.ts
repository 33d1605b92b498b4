import { fromBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  type ModelProto,
  ModelProtoSchema,
  AttributeProto_AttributeType as Type,
  type ValueInfoProto,
} from 'onnx-buf';
import { FormatError } from '../errors.js';
import type { Attribute, Graph, ValueInfo } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { dataTypeOf, readTensor } from './tensors.js';

export interface OnnxFile {
  readonly graph: Graph;
  readonly metadata: Readonly<Record<string, string>>;
  readonly opset: number;
}

/**
 * Reads an ONNX file. Constant nodes become initialisers; an input that has an initialiser (as old
 * files have) is not an input. Throws FormatError for bytes that are no ONNX model, and for what the
 * graph value cannot hold (external data, subgraphs, element types it does not know).
 */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new FormatError(`not an ONNX file: ${(error as Error).message}`);
  }
  const graph = model.graph;
  if (!graph || graph.node.length === 0)
    throw new FormatError('not an ONNX file: it holds no graph with nodes');
  const initialisers = new Map<string, Tensor>(
    graph.initializer.map((proto) => [proto.name, readTensor(proto)]),
  );
  const nodes = graph.node.flatMap((node, index) => {
    const name = node.name || `${node.opType}#${index}`;
    const attributes = Object.fromEntries(
      node.attribute.map((proto) => [proto.name, readAttribute(proto, name)]),
    );
    if (node.opType === 'Constant' && node.domain === '' && attributes.value?.type === 'tensor') {
      initialisers.set(node.output[0] as string, attributes.value.value);
      return [];
    }
    const domain = node.domain === 'ai.onnx' ? '' : node.domain;
    return [
      { name, operator: node.opType, domain, inputs: node.input, outputs: node.output, attributes },
    ];
  });
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return {
    graph: {
      name: graph.name,
      inputs: graph.input.filter(({ name }) => !initialisers.has(name)).map(readValue),
      outputs: graph.output.map(readValue),
      initialisers,
      nodes,
    },
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    opset: Number(standard?.version ?? 0n),
  };
}

function readValue(proto: ValueInfoProto): ValueInfo {
  if (proto.type?.value.case !== 'tensorType')
    throw new FormatError(`value "${proto.name}" is not a tensor`);
  const { elemType, shape } = proto.type.value.value;
  return {
    name: proto.name,
    type: dataTypeOf(elemType, `value "${proto.name}"`),
    shape: (shape?.dim ?? []).map(({ value }, axis) =>
      value.case === 'dimValue' ? Number(value.value) : value.value || `${proto.name}_${axis}`,
    ),
  };
}

function readAttribute(proto: AttributeProto, node: string): Attribute {
  const text = new TextDecoder();
  switch (proto.type) {
    case Type.INT:
      return { type: 'int', value: Number(proto.i) };
    case Type.FLOAT:
      return { type: 'float', value: proto.f };
    case Type.STRING:
      return { type: 'string', value: text.decode(proto.s) };
    case Type.INTS:
      return { type: 'ints', value: proto.ints.map(Number) };
    case Type.FLOATS:
      return { type: 'floats', value: proto.floats };
    case Type.STRINGS:
      return { type: 'strings', value: proto.strings.map((part) => text.decode(part)) };
    case Type.TENSOR:
      if (proto.t) return { type: 'tensor', value: readTensor(proto.t) };
  }
  throw new FormatError(
    `node "${node}": attribute "${proto.name}" is of a kind not supported (${Type[proto.type]})`,
  );
}
