import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  FormatError,
  float32,
  type Graph,
  GraphBuilder,
  GraphError,
  int64,
  lower,
  readOnnx,
  type Tensor,
  writeOnnx,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import fc from 'fast-check';
import {
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  type ModelProto,
  ModelProtoSchema,
  SparseTensorProtoSchema,
  TensorProtoSchema,
} from 'onnx-buf';
import { describe, expect, test } from 'vitest';

/** A graph as files may hold it: every kind of attribute, every element type, open sizes. */
const everything: Graph = {
  name: 'everything',
  inputs: [
    { name: 'image', type: 'float32', shape: ['batch', 3, 'height', 'width'] },
    { name: 'scalar', type: 'float64', shape: [] },
    { name: 'empty', type: 'int64', shape: [0, 2] },
  ],
  outputs: [{ name: 'größe, 大小', type: 'bool', shape: ['batch'] }],
  initialisers: new Map<string, Tensor>([
    ['float32', float32([2, 2], [1, -0, Number.NaN, Number.NEGATIVE_INFINITY])],
    ['float64', { type: 'float64', shape: [1], data: Float64Array.of(Math.PI) }],
    ['int32', { type: 'int32', shape: [2], data: Int32Array.of(-(2 ** 31), 5) }],
    ['int64', { type: 'int64', shape: [1], data: BigInt64Array.of(-(2n ** 63n)) }],
    ['uint8', { type: 'uint8', shape: [2], data: Uint8Array.of(0, 255) }],
    ['int8', { type: 'int8', shape: [2], data: Int8Array.of(-128, 127) }],
    ['bool', { type: 'bool', shape: [2], data: Uint8Array.of(0, 1) }],
    ['a scalar', float32([], [3])],
    ['nothing', int64([])],
    ['none', float32([3, 0], [])],
  ]),
  nodes: [
    {
      name: 'all attributes',
      operator: 'Anything',
      domain: 'com.example',
      inputs: ['image', '', 'float32'],
      outputs: ['', 'y'],
      attributes: {
        int: { type: 'int', value: -3 },
        float: { type: 'float', value: 0.25 },
        string: { type: 'string', value: 'ä 漢' },
        ints: { type: 'ints', value: [1, -2, 2 ** 40] },
        floats: { type: 'floats', value: [0.5, -1.5] },
        strings: { type: 'strings', value: ['a', '', 'ü'] },
        tensor: { type: 'tensor', value: float32([2], [1, 2]) },
        none: { type: 'ints', value: [] },
      },
    },
    {
      name: 'last',
      operator: 'Cast',
      domain: '',
      inputs: ['y'],
      outputs: ['größe, 大小'],
      attributes: { to: { type: 'int', value: 9 } },
    },
  ],
};

function network(): Graph {
  const g = new GraphBuilder('network');
  const x = g.input('x', 'float32', [1, 2, 4, 4]);
  const weight = g.parameter('weight', float32([3, 2, 1, 1], [1, 2, 3, 4, 5, 6]));
  const conv = g.apply('Conv', [x, weight], { strides: [2, 2] });
  const shaped = g.apply('Reshape', [conv, g.ints([3, -1])]);
  g.output(g.apply('Softmax', [shaped], { axis: 0 }), 'y');
  return lower(g.build());
}

describe('reading what was written gives an equal graph', () => {
  test('with every kind of attribute, element type and open sizes', () => {
    const metadata = { note: 'line\nline', spec: '{"base":48}', '': 'x' };
    const { graph, ...rest } = readOnnx(writeOnnx(everything, metadata));
    expect(graph).toEqual(everything);
    expect(rest).toEqual({ constants: new Set(), metadata, opset: 17 });
    expect(Object.is((graph.initialisers.get('float32') as Tensor).data[1], -0)).toBe(true);
  });

  test('a network, that still runs', async () => {
    const graph = network();
    const bytes = writeOnnx(graph);
    const read = readOnnx(bytes).graph;
    expect(read).toEqual(graph);
    expect(writeOnnx(read)).toEqual(bytes);
    expect(GraphBuilder.from(read).build()).toEqual(graph);
    const runtime = await createNodeRuntime({ threads: 1 });
    try {
      const feeds = {
        x: float32(
          [1, 2, 4, 4],
          Array.from({ length: 32 }, (_, i) => i / 16),
        ),
      };
      const [first, second] = [
        await (await runtime.load(graph)).run(feeds),
        await (await runtime.load(read)).run(feeds),
      ];
      expect(second).toEqual(first);
    } finally {
      await runtime.close();
    }
  });

  test('the file names the version of every operator set it uses', () => {
    const model = fromBinary(ModelProtoSchema, writeOnnx(everything));
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
      ['', 17n],
      ['com.example', 1n],
    ]);
    expect(model.irVersion).toBe(8n);
  });

  test('any tensor, bit for bit', () => {
    const data = fc.float32Array({ maxLength: 20 });
    fc.assert(
      fc.property(data, fc.array(fc.string({ unit: 'grapheme' })), (values, strings) => {
        const graph: Graph = {
          ...everything,
          initialisers: new Map([['w', float32([values.length], values)]]),
          nodes: everything.nodes.map((node) => ({
            ...node,
            attributes: { strings: { type: 'strings', value: strings } },
          })),
        };
        expect(readOnnx(writeOnnx(graph)).graph).toEqual(graph);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('tensors are copies: the file may be changed afterwards', () => {
    const bytes = writeOnnx(network());
    const { graph } = readOnnx(bytes);
    bytes.fill(0);
    expect(graph.initialisers.get('weight')).toEqual(float32([3, 2, 1, 1], [1, 2, 3, 4, 5, 6]));
  });
});

/** The network's file with something changed. */
function changed(change: (model: ModelProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, writeOnnx(network()));
  change(model);
  return toBinary(ModelProtoSchema, model);
}

type GraphProto = NonNullable<ModelProto['graph']>;
type TensorProto = GraphProto['initializer'][number];
const inGraph = (change: (graph: GraphProto) => void) =>
  changed((model) => change(model.graph as GraphProto));
const inWeight = (change: (tensor: TensorProto) => void) =>
  inGraph((graph) =>
    change(graph.initializer.find(({ name }) => name === 'weight') as TensorProto),
  );

describe('files of others', () => {
  test('numbers in typed fields instead of raw bytes', () => {
    const { graph } = readOnnx(
      inGraph((graph) => {
        const tensor = (name: string, dataType: number, fields: object) =>
          create(TensorProtoSchema, { name, dataType, dims: [2n], ...fields });
        graph.initializer.push(
          tensor('f32', 1, { floatData: [0.5, -1] }),
          tensor('f64', 11, { doubleData: [0.1, -1] }),
          tensor('i64', 7, { int64Data: [2n ** 60n, -1n] }),
          tensor('i32', 6, { int32Data: [7, -1] }),
          tensor('u8', 2, { int32Data: [7, 255] }),
          tensor('i8', 3, { int32Data: [7, -1] }),
          tensor('b', 9, { int32Data: [1, 0] }),
        );
      }),
    );
    const data = (name: string) => Array.from(graph.initialisers.get(name)?.data as Int32Array);
    expect(['f32', 'f64', 'i32', 'u8', 'i8', 'b'].map(data)).toEqual([
      [0.5, -1],
      [0.1, -1],
      [7, -1],
      [7, 255],
      [7, -1],
      [1, 0],
    ]);
    expect(data('i64')).toEqual([2n ** 60n, -1n]);
  });

  test('constants as nodes, initialisers named as inputs, nodes without name, the domain ai.onnx', () => {
    const plain = readOnnx(writeOnnx(network())).graph;
    const { graph } = readOnnx(
      inGraph((graph) => {
        const [weight] = graph.initializer.splice(
          graph.initializer.findIndex(({ name }) => name === 'weight'),
          1,
        );
        const [conv] = graph.node;
        if (!weight || !conv) throw new Error('the network has changed');
        graph.input.push({ ...(graph.input[0] as (typeof graph.input)[0]), name: 'constant' });
        graph.node.unshift({
          ...conv,
          name: '',
          opType: 'Constant',
          domain: 'ai.onnx',
          input: [],
          output: ['weight'],
          attribute: [
            {
              ...(conv.attribute[0] as (typeof conv.attribute)[0]),
              name: 'value',
              type: AttributeType.TENSOR,
              t: weight,
            },
          ],
        });
        conv.name = '';
        conv.domain = 'ai.onnx';
      }),
    );
    expect(graph.inputs).toEqual(plain.inputs);
    expect(graph.initialisers.get('weight')).toEqual(plain.initialisers.get('weight'));
    expect(graph.nodes[0]).toEqual({ ...plain.nodes[0], name: 'Conv#1' });
  });

  test.each([13, 17])('of operator set %i', (version) => {
    const bytes = changed((model) => {
      for (const set of model.opsetImport) set.version = BigInt(version);
    });
    expect(readOnnx(bytes).opset).toBe(version);
  });

  test('constants as numbers and lists of numbers', () => {
    const bytes = inGraph((graph) => {
      const [conv] = graph.node;
      const [attribute] = conv?.attribute ?? [];
      if (!conv || !attribute) throw new Error('the network has changed');
      const constant = (output: string, fields: Partial<typeof attribute>) =>
        graph.node.unshift({
          ...conv,
          opType: 'Constant',
          input: [],
          output: [output],
          attribute: [{ ...attribute, ...fields }],
        });
      constant('int', { name: 'value_int', type: AttributeType.INT, i: -7n });
      constant('ints', { name: 'value_ints', type: AttributeType.INTS, ints: [1n, 2n] });
      constant('float', { name: 'value_float', type: AttributeType.FLOAT, f: 0.5 });
      constant('floats', { name: 'value_floats', type: AttributeType.FLOATS, floats: [0.5, 2] });
    });
    const { graph, constants } = readOnnx(bytes);
    expect(graph.initialisers.get('int')).toEqual(int64([-7], []));
    expect(graph.initialisers.get('ints')).toEqual(int64([1, 2]));
    expect(graph.initialisers.get('float')).toEqual(float32([], [0.5]));
    expect(graph.initialisers.get('floats')).toEqual(float32([2], [0.5, 2]));
    expect(graph.nodes.map(({ operator }) => operator)).not.toContain('Constant');
    expect([...constants].sort()).toEqual(['float', 'floats', 'int', 'ints']);
  });

  test.each([
    [13, 1, 1, undefined],
    [13, 5, 3, 1],
    [14, 3, 3, undefined],
  ])('batch norm of operator set %i with %i outputs', (version, outputs, kept, mode) => {
    const bytes = changed((model) => {
      for (const set of model.opsetImport) set.version = BigInt(version);
      const [node] = model.graph?.node ?? [];
      if (!node) throw new Error('the network has changed');
      node.opType = 'BatchNormalization';
      node.attribute = [];
      node.output = [...node.output, 'a', 'b', 'c', 'd'].slice(0, outputs);
    });
    const [node] = readOnnx(bytes).graph.nodes;
    expect(node?.outputs).toHaveLength(kept);
    expect(node?.attributes.training_mode?.value).toBe(mode);
  });

  test('sizes that are neither number nor name get a name', () => {
    const bytes = inGraph((graph) => {
      const type = graph.input[0]?.type?.value;
      if (type?.case !== 'tensorType') throw new Error('the network has changed');
      for (const dim of type.value.shape?.dim ?? []) dim.value = { case: undefined };
    });
    expect(readOnnx(bytes).graph.inputs[0]?.shape).toEqual(['x_0', 'x_1', 'x_2', 'x_3']);
  });
});

describe('what is no such file is refused with a FormatError', () => {
  const valid = writeOnnx(network());
  const attacks: Record<string, [Uint8Array, RegExp]> = {
    'no bytes': [new Uint8Array(0), /no graph/],
    'bytes of a picture': [
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]),
      /not an ONNX file/,
    ],
    'no graph': [
      changed((model) => {
        model.graph = undefined;
      }),
      /no graph/,
    ],
    'no nodes': [
      inGraph((graph) => {
        graph.node = [];
      }),
      /no graph with nodes/,
    ],
    'an operator set too old': [
      changed((model) => {
        for (const set of model.opsetImport) set.version = 12n;
      }),
      /operator set 12, expected 13 to 17/,
    ],
    'an operator set too new': [
      changed((model) => {
        for (const set of model.opsetImport) set.version = 18n;
      }),
      /operator set 18/,
    ],
    'no operator set': [
      changed((model) => {
        model.opsetImport = [];
      }),
      /operator set 0/,
    ],
    'raw data too short': [
      inWeight((tensor) => {
        tensor.rawData = tensor.rawData.slice(1);
      }),
      /"weight" of shape \[3,2,1,1\] holds 5.75 elements, expected 6/,
    ],
    'raw data too long': [
      inWeight((tensor) => {
        tensor.rawData = new Uint8Array(28);
      }),
      /holds 7 elements, expected 6/,
    ],
    'no data': [
      inWeight((tensor) => {
        tensor.rawData = new Uint8Array(0);
      }),
      /holds 0 elements, expected 6/,
    ],
    'a huge shape': [
      inWeight((tensor) => {
        tensor.dims = [2n ** 50n, 2n ** 50n];
      }),
      /"weight"/,
    ],
    'a huge shape without data': [
      inWeight((tensor) => {
        tensor.dims = [2n ** 40n];
        tensor.rawData = new Uint8Array(0);
      }),
      /holds 0 elements, expected 1099511627776/,
    ],
    'a negative size': [
      inWeight((tensor) => {
        tensor.dims = [-6n];
      }),
      /shape \[-6\]/,
    ],
    'two negative sizes': [
      inWeight((tensor) => {
        tensor.dims = [-2n, -3n];
      }),
      /shape \[-2,-3\]/,
    ],
    'a negative size of an input': [
      inGraph((graph) => {
        const type = graph.input[0]?.type?.value;
        const [dim] = type?.case === 'tensorType' ? (type.value.shape?.dim ?? []) : [];
        if (dim) dim.value = { case: 'dimValue', value: -1n };
      }),
      /"x" has a size of -1/,
    ],
    'an input without shape': [
      inGraph((graph) => {
        const type = graph.input[0]?.type?.value;
        if (type?.case === 'tensorType') type.value.shape = undefined;
      }),
      /"x" has no shape/,
    ],
    'an input that is no tensor': [
      inGraph((graph) => {
        const [input] = graph.input;
        if (input) input.type = undefined;
      }),
      /"x" is not a tensor/,
    ],
    'external data': [
      inWeight((tensor) => {
        tensor.externalData = [
          { $typeName: 'onnx.StringStringEntryProto', key: 'location', value: '/etc/passwd' },
        ];
      }),
      /"weight" lies in another file/,
    ],
    'external data without a place': [
      inWeight((tensor) => {
        tensor.dataLocation = DataLocation.EXTERNAL;
      }),
      /"weight" lies in another file/,
    ],
    'an unknown element type': [
      inWeight((tensor) => {
        tensor.dataType = 10;
      }),
      /"weight" has ONNX element type 10 \(float16\)/,
    ],
    'an input of an unknown element type': [
      inGraph((graph) => {
        const type = graph.input[0]?.type?.value;
        if (type?.case === 'tensorType') type.value.elemType = 8;
      }),
      /"x" has ONNX element type 8/,
    ],
    'two initialisers of one name': [
      inGraph((graph) => {
        graph.initializer.push(graph.initializer[0] as TensorProto);
      }),
      /two initialisers/,
    ],
    'a sparse initialiser': [
      inGraph((graph) => {
        graph.sparseInitializer.push(create(SparseTensorProtoSchema));
      }),
      /sparse/,
    ],
    'a node without output': [
      inGraph((graph) => {
        for (const node of graph.node) node.output = [];
      }),
      /has no output/,
    ],
    'an attribute that is a graph': [
      inGraph((graph) => {
        for (const { attribute } of graph.node)
          for (const one of attribute) one.type = AttributeType.GRAPH;
      }),
      /^node "\w+" \(\w+\): attribute "\w+" is of a kind not supported \(GRAPH\)/,
    ],
    'an attribute without type': [
      inGraph((graph) => {
        for (const { attribute } of graph.node)
          for (const one of attribute) one.type = AttributeType.UNDEFINED;
      }),
      /not supported/,
    ],
    'a text that is not UTF-8': [
      inGraph((graph) => {
        for (const { attribute } of graph.node)
          for (const one of attribute) {
            one.type = AttributeType.STRING;
            one.s = Uint8Array.of(0xff);
          }
      }),
      /not UTF-8/,
    ],
  };
  test.each(Object.entries(attacks))('%s', (_, [bytes, message]) => {
    expect(() => readOnnx(bytes)).toThrow(FormatError);
    expect(() => readOnnx(bytes)).toThrow(message);
  });

  /** Reads, letting only a FormatError pass; and what was read is a graph or no graph, never a crash. */
  function readOrRefuse(bytes: Uint8Array): 'read' | 'refused' {
    let graph: Graph;
    try {
      graph = readOnnx(bytes).graph;
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      return 'refused';
    }
    try {
      GraphBuilder.from(graph);
    } catch (error) {
      expect(error).toBeInstanceOf(GraphError);
    }
    return 'read';
  }

  test('a file cut anywhere', () => {
    // A cut between two fields of the model leaves a valid file: the graph comes before the operator sets.
    const read = Array.from(valid, (_, length) => readOrRefuse(valid.subarray(0, length)));
    expect(read.filter((outcome) => outcome === 'read')).toEqual([]);
  });

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readOrRefuse(bytes)).toBe('refused');
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('a valid file with bytes changed: read or refused, and no memory taken for what is not there', () => {
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    const before = process.memoryUsage();
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = valid.slice();
        for (const [at, value] of changes) bytes[at] = value;
        readOrRefuse(bytes);
      }),
      { seed: 1, numRuns: 3000 },
    );
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 27);
  });

  test('a valid file with a piece taken out, doubled or moved', () => {
    const place = fc.nat(valid.length);
    fc.assert(
      fc.property(place, place, place, (from, to, at) => {
        const piece = valid.slice(Math.min(from, to), Math.max(from, to));
        readOrRefuse(Uint8Array.from([...valid.slice(0, at), ...piece, ...valid.slice(at)]));
        readOrRefuse(Uint8Array.from([...valid.slice(0, from), ...valid.slice(to)]));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
