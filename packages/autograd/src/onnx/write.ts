import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  AttributeProto_AttributeType as Type,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Attribute, Graph, ValueInfo } from '../graph.js';
import { dataTypeCodes } from './data-types.js';
import { writeTensor } from './tensors.js';

/** The operator set graphs are written for; IR version 8 is the one of its time. */
export const opset = 17;
const irVersion = 8n;

/** An ONNX file of the graph, with free text metadata. A protobuf file ends at 2 GB. */
export function writeOnnx(
  graph: Graph,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const domains = new Set(['', ...graph.nodes.map((node) => node.domain)]);
  const model: ModelProto = create(ModelProtoSchema, {
    irVersion,
    producerName: 'vascula',
    opsetImport: [...domains].map((domain) => ({
      domain,
      version: BigInt(domain === '' ? opset : 1),
    })),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name,
      input: graph.inputs.map(writeValue),
      output: graph.outputs.map(writeValue),
      initializer: [...graph.initialisers].map(([name, tensor]) => writeTensor(name, tensor)),
      node: graph.nodes.map((node) => ({
        name: node.name,
        opType: node.operator,
        domain: node.domain,
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: Object.entries(node.attributes).map(([name, value]) =>
          writeAttribute(name, value),
        ),
      })),
    },
  });
  return toBinary(ModelProtoSchema, model) as Uint8Array<ArrayBuffer>;
}

function writeValue({ name, type, shape }: ValueInfo): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dataTypeCodes[type],
          shape: {
            dim: shape.map((size) => ({
              value:
                typeof size === 'number'
                  ? { case: 'dimValue' as const, value: BigInt(size) }
                  : { case: 'dimParam' as const, value: size },
            })),
          },
        },
      },
    },
  });
}

function writeAttribute(name: string, attribute: Attribute): AttributeProto {
  const text = new TextEncoder();
  switch (attribute.type) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(attribute.value) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: Type.FLOAT, f: attribute.value });
    case 'string':
      return create(AttributeProtoSchema, {
        name,
        type: Type.STRING,
        s: text.encode(attribute.value),
      });
    case 'ints':
      return create(AttributeProtoSchema, {
        name,
        type: Type.INTS,
        ints: attribute.value.map(BigInt),
      });
    case 'floats':
      return create(AttributeProtoSchema, {
        name,
        type: Type.FLOATS,
        floats: [...attribute.value],
      });
    case 'strings':
      return create(AttributeProtoSchema, {
        name,
        type: Type.STRINGS,
        strings: attribute.value.map((part) => text.encode(part)),
      });
    case 'tensor':
      return create(AttributeProtoSchema, {
        name,
        type: Type.TENSOR,
        t: writeTensor('', attribute.value),
      });
  }
}
