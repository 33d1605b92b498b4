import { readFileSync } from 'node:fs';
import {
  type DataType,
  float32,
  type Graph,
  GraphBuilder,
  GraphError,
  int64,
  type Node,
  numbers,
  operators,
  type PlainAttributes,
  type Runtime,
  specialise,
  type Tensor,
  UnsupportedOperatorError,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const operatorsOf = (graph: Graph) => graph.nodes.map(({ operator }) => operator);
const bool = (...values: number[]): Tensor => ({
  type: 'bool',
  shape: [values.length],
  data: Uint8Array.from(values),
});
const attributesOf = (node: Partial<Node>) => node.attributes ?? {};

function node(operator: string, inputs: string[], outputs: string[], more: Partial<Node> = {}) {
  const name = more.name ?? `my ${outputs[0]}`;
  return { name, operator, domain: '', inputs, outputs, attributes: attributesOf(more) };
}

describe('values of operators on constants are those of the runtime', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());

  interface Case {
    readonly name: string;
    readonly op: string;
    readonly attributes: PlainAttributes;
    readonly inputs: readonly (Tensor | null)[];
  }
  interface StoredTensor {
    readonly type: DataType;
    readonly shape: number[];
    readonly data: number[];
  }
  const stored = JSON.parse(
    readFileSync(new URL('./fixtures/operators.json', import.meta.url), 'utf8'),
  ) as { cases: (Omit<Case, 'inputs'> & { inputs: (StoredTensor | null)[] })[] };
  const arrays = { float32: Float32Array, bool: Uint8Array } as const;
  const tensorOf = ({ type, shape, data }: StoredTensor): Tensor =>
    type === 'int64'
      ? int64(data, shape)
      : { type, shape, data: arrays[type as keyof typeof arrays].from(data) };

  const whole = (shape: number[], ...values: number[]) => int64(values, shape);
  const cases: Case[] = [
    ...stored.cases
      .filter(({ op }) => operators.get(op)?.evaluate)
      .map((entry) => ({ ...entry, inputs: entry.inputs.map((x) => x && tensorOf(x)) })),
    ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Max', 'Min'].map((op) => ({
      name: `${op} of integers, broadcast, some negative`,
      op,
      attributes: {},
      inputs: [whole([2, 3], 7, -7, 8, -8, 0, 5), whole([3], 3, -2, 5)],
    })),
    {
      name: 'Mod with the sign of the dividend',
      op: 'Mod',
      attributes: { fmod: 1 },
      inputs: [whole([4], 7, -7, 7, -7), whole([4], 3, 3, -3, -3)],
    },
    ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].map((op) => ({
      name: op,
      op,
      attributes: {},
      inputs: [whole([3, 1], 1, 2, 3), whole([3], 1, 2, 3)],
    })),
    { name: 'Not', op: 'Not', attributes: {}, inputs: [bool(0, 1, 1)] },
    {
      name: 'Where of integers',
      op: 'Where',
      attributes: {},
      inputs: [bool(1, 0, 1), int64([1, 2, 3]), int64([-1, -2, -3])],
    },
    ...[1, 7, 9, 11].map((to) => ({
      name: `Cast of numbers with a fraction to ${to}`,
      op: 'Cast',
      attributes: { to },
      inputs: [float32([4], [-1.75, 0, 0.5, 2.25])],
    })),
    { name: 'Size', op: 'Size', attributes: {}, inputs: [whole([2, 3], 1, 2, 3, 4, 5, 6)] },
    { name: 'Shape', op: 'Shape', attributes: {}, inputs: [whole([2, 1], 1, 2)] },
    ...[
      [1, 3],
      [-1, 9],
      [0, -1],
      [2, 1],
    ].map(([start, end]) => ({
      name: `Shape from ${start} to ${end}`,
      op: 'Shape',
      attributes: { start, end } as PlainAttributes,
      inputs: [
        float32(
          [2, 3, 4],
          Array.from({ length: 24 }, () => 0),
        ),
      ],
    })),
    ...[0, 1, -1].map((axis) => ({
      name: `Gather rows of a matrix of indices along axis ${axis}`,
      op: 'Gather',
      attributes: { axis },
      inputs: [whole([2, 3], 1, 2, 3, 4, 5, 6), whole([2, 2], 0, 1, -1, 1)],
    })),
    {
      name: 'Gather one entry',
      op: 'Gather',
      attributes: { axis: 0 },
      inputs: [int64([5, 6, 7]), int64([-2], [])],
    },
    {
      name: 'ConstantOfShape',
      op: 'ConstantOfShape',
      attributes: { value: int64([-3]) },
      inputs: [int64([2, 3])],
    },
    {
      name: 'ConstantOfShape default',
      op: 'ConstantOfShape',
      attributes: {},
      inputs: [int64([2])],
    },
    {
      name: 'ConstantOfShape scalar',
      op: 'ConstantOfShape',
      attributes: {},
      inputs: [int64([], [0])],
    },
    ...[
      [2, 9, 3],
      [5, -2, -2],
      [3, 3, 1],
    ].map(([start, limit, delta]) => ({
      name: `Range ${start} to ${limit} by ${delta}`,
      op: 'Range',
      attributes: {},
      inputs: [start, limit, delta].map((value) => int64([value as number], [])),
    })),
    {
      name: 'Slice of integers to the last there can be',
      op: 'Slice',
      attributes: {},
      inputs: [
        whole([2, 4], 1, 2, 3, 4, 5, 6, 7, 8),
        int64([1]),
        { type: 'int64', shape: [1], data: BigInt64Array.of(2n ** 63n - 1n) },
        int64([1]),
        int64([2]),
      ],
    },
  ];

  test.each(cases.map((entry) => [entry.name, entry] as const))('%s', async (_, entry) => {
    const g = new GraphBuilder('constants');
    const inputs = entry.inputs.map((tensor) => tensor ?? undefined);
    const operands = inputs.map((tensor) => tensor && g.constant(tensor));
    const outputs = g.applyAll(entry.op, operands, entry.attributes);
    for (const [i, output] of outputs.entries()) g.output(output, `y${i}`);
    const graph = specialise(g.build(), {});
    expect(operatorsOf(graph)).toEqual([]);
    const results = await (await runtime.load(g.build())).run({});
    for (const name of Object.keys(results)) {
      const [found, expected] = [graph.initialisers.get(name) as Tensor, results[name] as Tensor];
      expect([found.type, found.shape]).toEqual([expected.type, expected.shape]);
      numbers(expected).forEach((value, i) => {
        expect(numbers(found)[i]).toBeCloseTo(value, 6);
      });
    }
  });

  test('every operator with values on constants is among them', () => {
    const tried = new Set(cases.map(({ op }) => op));
    const missing = [...operators.values()].filter(
      ({ name, evaluate }) => evaluate && !tried.has(name),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

describe('specialise', () => {
  /** What PyTorch writes for F.interpolate(conv(x), size=x.shape[2:]). */
  const upsampling: Graph = {
    name: 'upsampling',
    inputs: [{ name: 'x', type: 'float32', shape: ['n', 3, 'h', 'w'] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['n', 2, 'h', 'w'] }],
    initialisers: new Map<string, Tensor>([
      ['weight', float32([2, 3, 1, 1], [1, 2, 3, 4, 5, 6])],
      ['2', int64([2], [])],
      ['3', int64([3], [])],
      ['[0]', int64([0])],
      ['[2]', int64([2])],
    ]),
    nodes: [
      node('Shape', ['x'], ['shape']),
      node('Gather', ['shape', '2'], ['height']),
      node('Gather', ['shape', '3'], ['width']),
      node('Conv', ['x', 'weight'], ['conv'], {
        attributes: { strides: { type: 'ints', value: [2, 2] } },
      }),
      node('Unsqueeze', ['height', '[0]'], ['heights']),
      node('Unsqueeze', ['width', '[0]'], ['widths']),
      node('Concat', ['heights', 'widths'], ['size'], {
        attributes: { axis: { type: 'int', value: 0 } },
      }),
      node('Shape', ['conv'], ['conv shape']),
      node('Slice', ['conv shape', '[0]', '[2]', '[0]'], ['front']),
      node('Cast', ['size'], ['size as int64'], { attributes: { to: { type: 'int', value: 7 } } }),
      node('Concat', ['front', 'size as int64'], ['sizes'], {
        attributes: { axis: { type: 'int', value: 0 } },
      }),
      node('Resize', ['conv', '', '', 'sizes'], ['y'], {
        attributes: { mode: { type: 'string', value: 'linear' } },
      }),
    ],
  };

  test.each([
    [2, 3, 6, 8],
    [1, 3, 32, 5],
  ])('sizes that follow from the input are constants: %i x %i x %i x %i', (...shape) => {
    const graph = specialise(upsampling, { x: shape });
    expect(operatorsOf(graph)).toEqual(['Conv', 'Resize']);
    const [n, , height, width] = shape as [number, number, number, number];
    expect(graph.inputs[0]?.shape).toEqual(shape);
    expect(graph.outputs[0]?.shape).toEqual([n, 2, height, width]);
    expect([...graph.initialisers.keys()].sort()).toEqual(['sizes', 'weight']);
    // The graph it was made of is as it was.
    expect(upsampling.nodes).toHaveLength(12);
  });

  test('shapes that do not fit, or are not given, are faults', () => {
    expect(() => specialise(upsampling, { x: [1, 4, 8, 8] })).toThrow(GraphError);
    expect(() => specialise(upsampling, {})).toThrow(/size "n" of "x" is open/);
  });

  /** y = x * -w: what is computed from w is a constant, or is trained. */
  const scaled: Graph = {
    name: 'scaled',
    inputs: [{ name: 'x', type: 'float32', shape: [2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [2] }],
    initialisers: new Map([['w', float32([2], [1, 2])]]),
    nodes: [node('Neg', ['w'], ['negative']), node('Mul', ['x', 'negative'], ['y'])],
  };

  test('what is computed from a variable stays a node', () => {
    const constant = specialise(scaled, {});
    expect(operatorsOf(constant)).toEqual(['Mul']);
    expect(constant.initialisers.get('negative')).toEqual(float32([2], [-1, -2]));
    expect(operatorsOf(specialise(scaled, {}, new Set(['w'])))).toEqual(['Neg', 'Mul']);
  });

  test('large results stay nodes, and an output may itself be a constant', () => {
    const graph: Graph = {
      ...scaled,
      initialisers: new Map([
        ['large', int64([300, 300])],
        ['small', int64([2])],
      ]),
      outputs: ['y', 'z'].map((name) => ({ name, type: 'float32', shape: ['k'] })),
      nodes: [node('ConstantOfShape', ['large'], ['y']), node('ConstantOfShape', ['small'], ['z'])],
    };
    const made = specialise(graph, {});
    expect(operatorsOf(made)).toEqual(['ConstantOfShape']);
    expect(made.outputs.map(({ shape }) => shape)).toEqual([[300, 300], [2]]);
    expect(made.initialisers.get('z')).toEqual(float32([2], [0, 0]));
  });

  test('a division of integers by zero is left to the runtime', () => {
    const graph = {
      ...scaled,
      initialisers: new Map([
        ['one', int64([1])],
        ['none', int64([0])],
      ]),
      nodes: [node('Div', ['one', 'none'], ['y'])],
    };
    expect(operatorsOf(specialise(graph, {}))).toEqual(['Div']);
  });

  test('an index beyond the end, an unknown operator and sizes that depend on values are named', () => {
    const beyond = node('Gather', ['shape', '3'], ['y']);
    const withNodes = (...nodes: Node[]) => ({
      ...upsampling,
      outputs: [{ name: 'y', type: 'float32' as const, shape: [] }],
      nodes: [node('Slice', ['[0]', '[0]', '[2]'], ['shape']), ...nodes],
    });
    expect(() => specialise(withNodes(beyond), { x: [1, 3, 2, 2] })).toThrow(
      /^Gather \(node "my y"\): picks \[3\] of 1 entries along axis 0/,
    );
    const odd = withNodes(node('NonZero', ['x'], ['y']));
    expect(() => specialise(odd, { x: [1, 3, 2, 2] })).toThrow(UnsupportedOperatorError);
    const open: Graph = {
      ...scaled,
      inputs: [...scaled.inputs, { name: 'sizes', type: 'int64', shape: [1] }],
      nodes: [node('Reshape', ['x', 'sizes'], ['y'])],
    };
    expect(() => specialise(open, {})).toThrow(/"sizes"\) must be a constant/);
  });
});
