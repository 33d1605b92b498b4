import {
  differentiate,
  float32,
  type Graph,
  GraphBuilder,
  GraphError,
  lower,
  type Node,
  type PlainAttributes,
  UnsupportedOperatorError,
} from '@vascula/autograd';
import { describe, expect, test } from 'vitest';

/** The error `action` throws; the test fails where it throws none. */
function thrown(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

function node(operator: string, inputs: string[], more: Partial<Node> = {}): Node {
  const name = `my ${operator}`;
  return { name, operator, domain: '', inputs, outputs: ['y'], attributes: {}, ...more };
}

const graphOf = (...nodes: Node[]): Graph => ({
  name: 'test',
  inputs: [{ name: 'x', type: 'float32', shape: [2, 3] }],
  outputs: [{ name: 'y', type: 'float32', shape: [2, 3] }],
  initialisers: new Map(),
  nodes,
});

describe('an operator that is not supported says which, and where', () => {
  const unknown = node('Bernoulli', ['x']);

  test.each<[string, (g: GraphBuilder) => unknown]>([
    ['in a graph', () => GraphBuilder.from(graphOf(unknown))],
    ['in a graph to be lowered', () => lower(graphOf(unknown))],
    ['in a node added', (g) => g.addNode(unknown)],
    ['applied', (g) => g.apply('Bernoulli', [g.value('x')], {}, { name: 'my Bernoulli' })],
  ])('%s', (_, action) => {
    const g = GraphBuilder.from({ ...graphOf(), outputs: [] });
    const error = thrown(() => action(g));
    expect(error).toBeInstanceOf(UnsupportedOperatorError);
    expect((error as GraphError).place).toEqual({ operator: 'Bernoulli', node: 'my Bernoulli' });
    expect(error.message).toBe('Bernoulli (node "my Bernoulli"): this operator is not supported');
  });

  test('of another domain, by its domain', () => {
    const error = thrown(() => lower(graphOf(node('Relu', ['x'], { domain: 'com.example' }))));
    expect(error.message).toMatch(/^com\.example::Relu \(node "my Relu"\)/);
  });

  test.each(['constructor', 'toString', '__proto__'])('called %s', (name) => {
    expect(thrown(() => lower(graphOf(node(name, ['x']))))).toBeInstanceOf(
      UnsupportedOperatorError,
    );
  });
});

describe('an operator without gradient', () => {
  function withRest(add: (g: GraphBuilder) => void) {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [4]);
    g.apply('Mod', [x, g.scalar(2)], { fmod: 1 }, { name: 'rest' });
    add(g);
    return { g, x, loss: g.apply('ReduceSum', [g.value('used')], { keepdims: 0 }) };
  }

  test('on the way from a value to the loss is named', () => {
    const { g, x, loss } = withRest((g) => g.output(g.value('rest'), 'used'));
    const error = thrown(() => differentiate(g, loss, [x]));
    expect(error).toBeInstanceOf(UnsupportedOperatorError);
    expect((error as GraphError).place).toEqual({ operator: 'Mod', node: 'rest' });
    expect(error.message).toMatch(/no gradient/);
  });

  test('off that way is no fault: the gradient of what does not matter is zero', () => {
    const { g, x, loss } = withRest((g) => g.output(g.input('other', 'float32', [2]), 'used'));
    const [gradient] = differentiate(g, loss, [x]);
    expect(gradient?.shape).toEqual([4]);
    expect(g.tensor((gradient as typeof x).name)?.data).toEqual(new Float32Array(4));
  });

  test('off that way, reached only through an output and an input left out, is no fault', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [1, 1, 4, 4]);
    const other = g.input('other', 'float32', [4]);
    g.addNode(
      node('MaxPool', ['x'], {
        outputs: ['', 'places'],
        attributes: { kernel_shape: { type: 'ints', value: [2, 2] } },
      }),
    );
    // Its third input is left out: the empty name joins nothing.
    const clipped = g.apply('Clip', [other, g.scalar(0), undefined]);
    g.addNode(node('ScatterElements', [clipped.name, '', clipped.name], { outputs: ['z'] }));
    const loss = g.apply('ReduceSum', [g.value('z')], { keepdims: 0 });
    expect(() => differentiate(g, loss, [x])).not.toThrow();
  });
});

test('a loss of several elements, or of another type, cannot be differentiated', () => {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [2, 3]);
  expect(() => differentiate(g, x, [x])).toThrow('the loss has shape [2,3], expected one element');
  const double = g.input('double', 'float64', []);
  expect(() => differentiate(g, double, [double])).toThrow('the loss is float64, expected float32');
});

describe('shapes that do not fit: the error holds both', () => {
  type Shape = readonly number[];
  const cases: [string, string, (Shape | { ints: number[] })[], PlainAttributes, RegExp][] = [
    [
      'Conv, channels',
      'Conv',
      [
        [1, 3, 8, 8],
        [4, 2, 3, 3],
      ],
      {},
      /1,3,8,8.*4,2,3,3/,
    ],
    [
      'Conv, kernel',
      'Conv',
      [
        [1, 3, 8, 8],
        [4, 3, 3, 3],
      ],
      { kernel_shape: [5, 5] },
      /5,5.*4,3,3,3/,
    ],
    ['Conv, bias', 'Conv', [[1, 3, 8, 8], [4, 3, 3, 3], [5]], {}, /\[5\].*\[4\]/],
    [
      'Conv, reach',
      'Conv',
      [
        [1, 3, 2, 8],
        [4, 3, 3, 3],
      ],
      {},
      /reach 3 > padded input 2.*axis 0/,
    ],
    [
      'ConvTranspose, channels',
      'ConvTranspose',
      [
        [1, 3, 8, 8],
        [2, 4, 3, 3],
      ],
      {},
      /1,3,8,8.*2,4,3,3/,
    ],
    [
      'BatchNormalization',
      'BatchNormalization',
      [[1, 3, 2, 2], [3], [3], [3], [2]],
      {},
      /input 4.*\[2\].*\[3\]/,
    ],
    [
      'Concat',
      'Concat',
      [
        [2, 3],
        [3, 3],
      ],
      { axis: 1 },
      /3,3.*2,3.*axis 1/,
    ],
    [
      'Concat, rank',
      'Concat',
      [
        [2, 3],
        [2, 3, 1],
      ],
      { axis: 1 },
      /2,3,1.*2,3/,
    ],
    [
      'MatMul',
      'MatMul',
      [
        [2, 3],
        [4, 5],
      ],
      {},
      /2,3.*4,5/,
    ],
    [
      'MatMul, batch',
      'MatMul',
      [
        [2, 1, 3],
        [3, 3, 1],
      ],
      {},
      /2,1,3.*3,3,1/,
    ],
    [
      'Gemm',
      'Gemm',
      [
        [2, 3],
        [2, 3],
      ],
      {},
      /2,3.*2,3/,
    ],
    ['Gemm, bias', 'Gemm', [[2, 3], [3, 4], [5]], {}, /\[5\].*2,4/],
    [
      'Add',
      'Add',
      [
        [2, 3],
        [2, 4],
      ],
      {},
      /2,3.*2,4/,
    ],
    [
      'Where',
      'Sub',
      [
        [2, 3],
        [4, 1, 2],
      ],
      {},
      /2,3.*4,1,2/,
    ],
    ['Reshape', 'Reshape', [[2, 3], { ints: [4] }], {}, /2,3.*4/],
    ['Reshape, open', 'Reshape', [[2, 3], { ints: [4, -1] }], {}, /2,3.*4,-1/],
    ['Reshape, negative', 'Reshape', [[2, 3], { ints: [-2, -3] }], {}, /2,3.*-2,-3/],
    ['Expand', 'Expand', [[2, 3], { ints: [2, 4] }], {}, /2,3.*2,4/],
    ['Expand, negative', 'Expand', [[2, 1], { ints: [2, -4] }], {}, /2,1.*2,-4/],
    ['Split', 'Split', [[2, 3], { ints: [2, 2] }], { axis: 1 }, /2,2.*4.*3/],
    ['Split, negative', 'Split', [[2, 3], { ints: [-1, 4] }], { axis: 1 }, /-1,4/],
    ['Slice', 'Slice', [[2, 3], { ints: [0, 0] }, { ints: [1] }], {}, /2 starts.*1 ends/],
    ['Squeeze', 'Squeeze', [[2, 3], { ints: [0] }], {}, /axis 0.*2,3/],
    ['Unsqueeze', 'Unsqueeze', [[2, 3], { ints: [0, 0] }], {}, /0,0/],
    ['Transpose', 'Transpose', [[2, 3]], { perm: [0, 0] }, /0,0.*2,3/],
    ['Pad', 'Pad', [[2, 3], { ints: [1, 1] }], {}, /1,1.*4/],
    ['Softmax, axis', 'Softmax', [[2, 3]], { axis: 2 }, /axis 2.*rank 2/],
    ['ReduceMean, axis', 'ReduceMean', [[2, 3]], { axes: [-3] }, /axis -3.*rank 2/],
    ['DepthToSpace', 'DepthToSpace', [[1, 6, 2, 2]], { blocksize: 2 }, /6 channels.*2/],
  ];
  test.each(cases)('%s', (_, operator, inputs, attributes, message) => {
    const g = new GraphBuilder('test');
    const values = inputs.map((given, i) =>
      'ints' in given ? g.ints(given.ints) : g.input(`input ${i}`, 'float32', given),
    );
    const error = thrown(() => g.apply(operator, values, attributes, { name: 'here' }));
    expect(error).toBeInstanceOf(GraphError);
    expect((error as GraphError).place).toEqual({ operator, node: 'here' });
    expect(error.message).toMatch(message);
  });

  test('element types', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [2]);
    const n = g.input('n', 'int64', [2]);
    expect(() => g.apply('Add', [x, n])).toThrow(/input 0 is float32, input 1 is int64/);
    expect(() => g.apply('Where', [x, x, x])).toThrow(/float32, expected bool/);
  });
});

describe('attributes', () => {
  const attempt = (operator: string, attributes: Record<string, unknown>) => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [1, 4, 4, 4]);
    return thrown(() => g.apply(operator, [x], attributes as PlainAttributes, { name: 'here' }));
  };

  test.each([
    ['Softmax', 'axes'],
    ['Softmax', 'constructor'],
    ['Relu', 'toString'],
  ])('%s has none called %s', (operator, name) => {
    const error = attempt(operator, { [name]: 1 });
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toBe(`${operator} (node "here"): has no attribute "${name}"`);
  });

  test.each<[string, string, unknown, RegExp]>([
    ['Softmax', 'axis', 'last', /axis is last, expected int/],
    ['Softmax', 'axis', 0.5, /axis is 0.5, expected int/],
    ['Softmax', 'axis', [1], /axis is 1, expected int/],
    ['LeakyRelu', 'alpha', '0.1', /alpha is 0.1, expected float/],
    ['DepthToSpace', 'mode', 1, /mode is 1, expected string/],
    ['Transpose', 'perm', 1, /perm is 1, expected ints/],
    ['Transpose', 'perm', [0, 1.5, 2, 3], /perm is 0,1.5,2,3, expected ints/],
  ])('%s %s of the wrong kind', (operator, name, value, message) => {
    const error = attempt(operator, { [name]: value });
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('(node "here")');
  });

  test.each<[string, Node['attributes'], RegExp]>([
    ['unknown', { nonsense: { type: 'int', value: 1 } }, /has no attribute "nonsense"/],
    [
      'of another type',
      { alpha: { type: 'int', value: 1 } },
      /alpha is of type int, expected float/,
    ],
  ])('of a node read from a file: %s', (_, attributes, message) => {
    const error = thrown(() =>
      GraphBuilder.from(graphOf(node('LeakyRelu', ['x'], { attributes }))),
    );
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('LeakyRelu (node "my LeakyRelu")');
  });

  test.each([
    ['Concat', 'axis'],
    ['DepthToSpace', 'blocksize'],
    ['SpaceToDepth', 'blocksize'],
    ['Cast', 'to'],
  ])('%s needs %s', (operator, name) => {
    expect(attempt(operator, {}).message).toMatch(new RegExp(`here.*attribute ${name} is missing`));
  });
});

describe('graphs that do not hold together', () => {
  test('an input nobody makes is named, with the node that reads it', () => {
    for (const read of [
      () => GraphBuilder.from(graphOf(node('Relu', ['z']))),
      () => lower(graphOf(node('Relu', ['z']))),
    ]) {
      const error = thrown(read);
      expect(error).toBeInstanceOf(GraphError);
      expect(error.message).toBe('Relu (node "my Relu"): no value named "z" comes before its use');
    }
  });

  test('an optional input nobody makes is not taken for one left out', () => {
    const broken = graphOf(node('Clip', ['x', 'z']));
    expect(() => lower(broken)).toThrow('no value named "z" comes before its use');
  });

  test('an output nobody makes is named', () => {
    for (const read of [() => GraphBuilder.from(graphOf()), () => lower(graphOf())])
      expect(read).toThrow(new GraphError({}, 'no value named "y" comes before its use'));
  });

  test('a size left open is named', () => {
    const open = graphOf(node('Relu', ['x']));
    const graph = {
      ...open,
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 3] }],
    } as Graph;
    for (const read of [() => GraphBuilder.from(graph), () => lower(graph)])
      expect(read).toThrow(/size "batch" of "x" is open/);
  });

  test('two values of one name', () => {
    const g = new GraphBuilder('test');
    g.input('x', 'float32', [1]);
    expect(() => g.parameter('x', float32([1], [1]))).toThrow('two values are named "x"');
  });

  test('a missing input, and more outputs than there are', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [1]);
    expect(() => g.apply('Add', [x], {}, { name: 'sum' })).toThrow(
      'Add (node "sum"): input 1 is missing',
    );
    expect(() => g.apply('Add', [x, x, x], {}, { name: 'sum' })).toThrow('3 inputs, expected 2');
    expect(() => g.addNode(node('Relu', ['x'], { outputs: ['y', 'z'] }))).toThrow(
      'Relu (node "my Relu"): has 1 outputs, the node names 2',
    );
  });

  test('what must be known before the graph runs must be a constant', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [4]);
    const shape = g.input('shape', 'int64', [2]);
    const error = thrown(() => g.apply('Reshape', [x, shape], {}, { name: 'here' }));
    expect(error).toBeInstanceOf(UnsupportedOperatorError);
    expect(error.message).toMatch(/here.*"shape".*constant/);
  });
});
