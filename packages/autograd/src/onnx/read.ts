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
import { constantOf, upgraded } from './older-nodes.js';
import { dataTypeOf, readTensor } from './tensors.js';
import { opset } from './write.js';

const oldestOpset = 13;

export interface OnnxFile {
  readonly graph: Graph;
  /** Names of initialisers that stand in the file as Constant nodes: numbers of the code, mostly. */
  readonly constants: ReadonlySet<string>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly opset: number;
}

/**
 * Reads an ONNX file. Constant nodes become initialisers; an input that has an initialiser (as old
 * files have) is not an input. Throws FormatError for bytes that are no ONNX model, and for what the
 * graph value cannot hold (external data, subgraphs, element types it does not know, operator sets
 * whose operators mean something else).
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
  const version = checkOpset(model);
  if (graph.sparseInitializer.length > 0)
    throw new FormatError('the graph has sparse initialisers, not supported');
  const initialisers = new Map<string, Tensor>();
  const initialise = (name: string, tensor: Tensor) => {
    if (initialisers.has(name)) throw new FormatError(`two initialisers are named "${name}"`);
    initialisers.set(name, tensor);
  };
  const constants = new Set<string>();
  for (const proto of graph.initializer) initialise(proto.name, readTensor(proto));
  const nodes = graph.node.flatMap((node, index) => {
    const name = node.name || `${node.opType}#${index}`;
    const domain = node.domain === 'ai.onnx' ? '' : node.domain;
    const attributes = Object.fromEntries(
      node.attribute.map((proto) => [
        proto.name,
        readAttribute(proto, `node "${name}" (${node.opType})`),
      ]),
    );
    const [output] = node.output;
    if (output === undefined) throw new FormatError(`node "${name}" has no output`);
    const { opType: operator, input: inputs, output: outputs } = node;
    const read = { name, operator, domain, inputs, outputs, attributes };
    const constant = constantOf(read);
    if (constant === undefined) return [upgraded(read, version)];
    initialise(output, constant);
    constants.add(output);
    return [];
  });
  return {
    graph: {
      name: graph.name,
      inputs: graph.input.filter(({ name }) => !initialisers.has(name)).map(readValue),
      outputs: graph.output.map(readValue),
      initialisers,
      nodes,
    },
    constants,
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    opset: version,
  };
}

/** The version of the standard operator set: from 13 to 17 nodes mean the same, or are made to. */
function checkOpset(model: ModelProto): number {
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const version = Number(standard?.version ?? 0n);
  if (version < oldestOpset || version > opset)
    throw new FormatError(
      `the file is of operator set ${version}, expected ${oldestOpset} to ${opset}; convert it with onnx.version_converter`,
    );
  return version;
}

function readValue(proto: ValueInfoProto): ValueInfo {
  if (proto.type?.value.case !== 'tensorType')
    throw new FormatError(`value "${proto.name}" is not a tensor`);
  const { elemType, shape } = proto.type.value.value;
  if (shape === undefined) throw new FormatError(`value "${proto.name}" has no shape`);
  return {
    name: proto.name,
    type: dataTypeOf(elemType, `value "${proto.name}"`),
    shape: shape.dim.map(({ value }, axis) =>
      value.case === 'dimValue'
        ? readSize(value.value, proto.name)
        : value.value || `${proto.name}_${axis}`,
    ),
  };
}

function readSize(value: bigint, name: string): number {
  const size = Number(value);
  if (size < 0 || !Number.isSafeInteger(size))
    throw new FormatError(`value "${name}" has a size of ${value}`);
  return size;
}

function readAttribute(proto: AttributeProto, node: string): Attribute {
  const text = (bytes: Uint8Array) => decodeText(bytes, `${node}: attribute "${proto.name}"`);
  switch (proto.type) {
    case Type.INT:
      return { type: 'int', value: Number(proto.i) };
    case Type.FLOAT:
      return { type: 'float', value: proto.f };
    case Type.STRING:
      return { type: 'string', value: text(proto.s) };
    case Type.INTS:
      return { type: 'ints', value: proto.ints.map(Number) };
    case Type.FLOATS:
      return { type: 'floats', value: proto.floats };
    case Type.STRINGS:
      return { type: 'strings', value: proto.strings.map(text) };
    case Type.TENSOR:
      if (proto.t) return { type: 'tensor', value: readTensor(proto.t) };
  }
  throw new FormatError(
    `${node}: attribute "${proto.name}" is of a kind not supported (${Type[proto.type]})`,
  );
}

function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`${what} is not UTF-8 text`);
  }
}
