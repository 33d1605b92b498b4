import {
  balancedBce,
  differentiate,
  float32,
  foldBatchNormalization,
  type Graph,
  GraphBuilder,
  GraphError,
  inferenceForm,
  int64,
  lossOf,
  lower,
  type Node,
  prune,
  type Runtime,
  sgd,
  type Tensor,
  trainingForm,
  trainingStep,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const operatorsOf = (graph: Graph) => graph.nodes.map(({ operator }) => operator);
const names = (values: readonly { name: string }[]) => values.map(({ name }) => name);

/** Values that follow no pattern, the same every time. */
const wave = (shape: readonly number[], shift = 0): Tensor =>
  float32(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + shift + 7 * i)),
  );

describe('prune', () => {
  test('drops what no output depends on, keeps the rest in order', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [4]);
    const unused = g.input('unused', 'float32', [4]);
    const used = g.parameter('used', wave([4]));
    g.apply('Mul', [unused, g.parameter('dead', wave([4]))]);
    const sum = g.apply('Add', [x, used]);
    g.apply('Exp', [sum]);
    g.output(g.apply('Tanh', [sum]), 'y');
    const graph = prune(g.build());
    expect(operatorsOf(graph)).toEqual(['Add', 'Tanh', 'Identity']);
    expect([...graph.initialisers.keys()]).toEqual(['used']);
    // Inputs are the graph's signature: they stay.
    expect(names(graph.inputs)).toEqual(['x', 'unused']);
    expect(names(graph.outputs)).toEqual(['y']);
  });

  test('an initialiser or an input may itself be an output', () => {
    const g = new GraphBuilder('test');
    g.output(g.input('x', 'float32', [1]));
    g.output(g.parameter('p', wave([1])));
    const graph = prune(g.build());
    expect(names(graph.outputs)).toEqual(['x', 'p']);
    expect([...graph.initialisers.keys()]).toEqual(['p']);
  });

  test('drops trailing outputs nobody reads, but not those of Split', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [1, 2, 4, 4]);
    const [pooled] = g.applyAll('MaxPool', [x], { kernel_shape: [2, 2] });
    const [first] = g.applyAll('Split', [x, g.ints([1, 1])], { axis: 1 });
    g.output(pooled as typeof x, 'pooled');
    g.output(first as typeof x, 'first');
    const [pool, split] = prune(g.build()).nodes as [Node, Node];
    expect(pool.outputs).toEqual(['MaxPool']);
    expect(split.outputs).toEqual(['Split', 'Split:1']);
  });

  test('an optional input left out keeps no node alive whose output is left out', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [1, 1, 4, 4]);
    g.addNode({
      name: 'dead',
      operator: 'MaxPool',
      domain: '',
      inputs: ['x'],
      outputs: ['', 'places'],
      attributes: { kernel_shape: { type: 'ints', value: [2, 2] } },
    });
    g.output(g.apply('Clip', [x, undefined, g.scalar(1)]), 'y');
    expect(operatorsOf(prune(g.build()))).toEqual(['Clip', 'Identity']);
  });
});

describe('equal nodes are made once', () => {
  test('same operator, inputs and attributes give the same value', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [2, 3]);
    const first = g.apply('Softmax', [x], { axis: 0 });
    expect(g.apply('Softmax', [x], { axis: 0 })).toBe(first);
    expect(g.apply('Softmax', [x], { axis: 1 })).not.toBe(first);
    expect(g.apply('LogSoftmax', [x], { axis: 0 })).not.toBe(first);
    expect(g.nodes).toHaveLength(3);
  });

  test('a node that was added as it is serves an equal one', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [2]);
    const [added] = g.addNode({
      name: 'mine',
      operator: 'Clip',
      domain: '',
      inputs: ['x', ''],
      outputs: ['y'],
      attributes: {},
    });
    expect(g.apply('Clip', [x])).toBe(added);
  });

  test('names with commas are told apart', () => {
    const g = new GraphBuilder('test');
    const both = g.input('a,b', 'float32', [1]);
    const [a, b] = [g.input('a', 'float32', [1]), g.input('b', 'float32', [1])];
    expect(g.apply('Max', [both])).not.toBe(g.apply('Max', [a, b]));
  });

  test('small equal constants are kept once; -0 is not 0, and a shape is part of it', () => {
    const g = new GraphBuilder('test');
    expect(g.scalar(0.5)).toBe(g.scalar(0.5));
    expect(g.ints([1, 2])).toBe(g.ints([1, 2]));
    expect(g.scalar(0)).not.toBe(g.scalar(-0));
    expect(g.constant(float32([1], [1]))).not.toBe(g.constant(float32([], [1])));
    expect(g.constant(int64([1]))).not.toBe(g.constant(float32([1], [1])));
    expect(g.zeros([2, 3])).toBe(g.zeros([2, 3]));
    expect(g.build().initialisers.size).toBe(8);
  });

  test('made-up names stay clear of names that exist, those of further outputs too', () => {
    const g = new GraphBuilder('test');
    g.input('Relu', 'float32', [2]);
    const x = g.input('Split:1', 'float32', [2]);
    expect(g.apply('Relu', [x]).name).toBe('Relu_2');
    const parts = g.applyAll('Split', [x, g.ints([1, 1])], { axis: 0 });
    expect(names(parts)).toEqual(['Split_2', 'Split_2:1']);
  });
});

describe('lower', () => {
  /** Every operator with an abstract gradient, batch norm in training form, overlapping pools. */
  function trainingGraph(): Graph {
    const g = new GraphBuilder('net');
    const x = g.input('x', 'float32', [2, 3, 8, 8]);
    const weights = ['a', 'b', 'c', 'd'];
    const parameter = (name: string, shape: number[]) => g.parameter(name, wave(shape));
    let y = g.apply('Conv', [x, parameter('a', [4, 3, 3, 3])], { pads: [1, 1, 1, 1] });
    const norm = ['scale', 'shift', 'mean', 'variance'].map((name) => parameter(name, [4]));
    y = g.apply('BatchNormalization', [y, ...norm], { training_mode: 1 });
    y = g.apply('Conv', [y, parameter('b', [4, 2, 3, 3])], { group: 2, dilations: [2, 2] });
    y = g.apply('MaxPool', [y], { kernel_shape: [3, 3], strides: [1, 1] });
    y = g.apply('ConvTranspose', [y, parameter('c', [4, 4, 4, 4])], { strides: [2, 2] });
    y = g.apply('Conv', [y, parameter('d', [2, 4, 2, 2])], { strides: [2, 2] });
    y = g.apply('AveragePool', [y], { kernel_shape: [2, 2] });
    y = g.apply('MaxPool', [y], { kernel_shape: [2, 2], strides: [2, 2] });
    const loss = g.apply('ReduceSum', [g.apply('Tanh', [y])], { keepdims: 0 });
    g.output(loss, 'loss');
    for (const [i, gradient] of differentiate(
      g,
      loss,
      [...weights, 'scale', 'x'].map((name) => g.value(name)),
    ).entries())
      g.output(gradient, `gradient ${i}`);
    return g.build();
  }

  test('leaves no abstract node and no batch norm in training form', () => {
    const before = trainingGraph();
    const abstract = (graph: Graph) => graph.nodes.filter((node) => node.domain === 'autograd');
    expect(new Set(abstract(before).map(({ operator }) => operator))).toEqual(
      new Set([
        'BatchNormalizationGradient',
        'ConvInputGradient',
        'ConvWeightGradient',
        'MaxPoolGradient',
      ]),
    );
    const after = lower(before);
    expect(abstract(after)).toEqual([]);
    expect(after.nodes.filter((node) => 'training_mode' in node.attributes)).toEqual([]);
    expect(lower(after).nodes.length).toBe(after.nodes.length);
  });

  test('inputs, outputs and initialisers keep names, types and shapes', () => {
    const before = trainingGraph();
    const after = lower(before);
    expect(after.name).toBe(before.name);
    expect(after.inputs).toEqual(before.inputs);
    expect(after.outputs).toEqual(before.outputs);
    for (const [name, tensor] of before.initialisers)
      if (after.initialisers.has(name)) expect(after.initialisers.get(name)).toBe(tensor);
    expect([...after.initialisers.keys()]).toEqual(
      expect.arrayContaining(['a', 'b', 'c', 'd', 'scale', 'shift']),
    );
  });

  test('an output is written where it is made; inputs and values with two names are copied', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [2]);
    const sum = g.apply('Add', [x, g.scalar(1)], {}, { name: 'sum' });
    g.output(sum, 'next/x');
    g.output(sum, 'again');
    g.output(x, 'before');
    g.output(g.apply('Exp', [sum]), 'power');
    const { nodes } = lower(g.build());
    expect(nodes.map(({ operator, inputs, outputs }) => [operator, inputs[0], outputs[0]])).toEqual(
      [
        ['Add', 'x', 'next/x'],
        ['Identity', 'next/x', 'again'],
        ['Identity', 'x', 'before'],
        ['Exp', 'next/x', 'power'],
      ],
    );
  });

  test('a graph with nothing to replace stays as it is', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [2]);
    g.output(g.apply('Relu', [g.apply('Add', [x, g.scalar(1)])]));
    const graph = g.build();
    expect(lower(graph)).toEqual(graph);
  });
});

describe('foldBatchNormalization', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());

  const shape = [1, 3, 5, 5];
  const positive = (t: Tensor) =>
    float32(
      t.shape,
      Array.from(t.data as Float32Array, (v) => 1.5 + v),
    );

  /** Nodes conv and norm, and what `add` makes of them. */
  function normalised(
    options: { bias?: 'constant' | 'computed'; training?: boolean },
    add: (g: GraphBuilder) => void = (g) => g.output(g.value('norm'), 'y'),
  ): Graph {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', shape);
    const weight = g.parameter('weight', wave([4, 3, 3, 3]));
    const constant = options.bias && g.parameter('bias', wave([4], 2));
    const bias = options.bias === 'computed' ? g.apply('Exp', [constant]) : constant;
    const conv = g.apply('Conv', [x, weight, bias], { pads: [1, 1, 1, 1] }, { name: 'conv' });
    const scale = g.parameter('scale', positive(wave([4], 3)));
    const shift = g.parameter('shift', wave([4], 4));
    const mean = g.parameter('mean', wave([4], 5));
    const variance = g.parameter('variance', positive(wave([4], 6)));
    g.apply(
      'BatchNormalization',
      [conv, scale, shift, mean, variance],
      { epsilon: 1e-3, ...(options.training && { training_mode: 1 }) },
      { name: 'norm' },
    );
    add(g);
    return g.build();
  }

  async function expectEqualResults(a: Graph, b: Graph) {
    const feeds = { x: wave(shape, 9) };
    const [first, second] = [
      await (await runtime.load(a)).run(feeds),
      await (await runtime.load(b)).run(feeds),
    ];
    expect(Object.keys(second)).toEqual(Object.keys(first));
    for (const [name, tensor] of Object.entries(first))
      tensor.data.forEach((value, i) => {
        expect(second[name]?.data[i]).toBeCloseTo(Number(value), 4);
      });
  }

  test.each([undefined, 'constant'] as const)('into a convolution, bias %s', async (bias) => {
    const graph = normalised({ bias });
    const folded = foldBatchNormalization(graph);
    expect(operatorsOf(folded)).toEqual(['Conv', 'Identity']);
    expect([...folded.initialisers.keys()]).toHaveLength(2);
    expect(graph.initialisers.get('weight')).toEqual(wave([4, 3, 3, 3]));
    await expectEqualResults(graph, folded);
  });

  test('two pairs, and what a first folding leaves behind', async () => {
    const graph = normalised({ bias: 'constant' }, (g) => {
      const norm = ['scale', 'shift', 'mean', 'variance'].map((name) => g.value(name));
      const again = g.apply('BatchNormalization', [g.value('norm'), ...norm]);
      const weight = g.parameter('other weight', wave([4, 4, 1, 1], 5));
      g.addNode({
        name: 'second',
        operator: 'Conv',
        domain: '',
        inputs: [again.name, weight.name],
        outputs: ['other conv'],
        attributes: {},
      });
      g.output(g.apply('BatchNormalization', [g.value('other conv'), ...norm]), 'y');
    });
    const folded = foldBatchNormalization(graph);
    expect(operatorsOf(folded)).toEqual(['Conv', 'BatchNormalization', 'Conv', 'Identity']);
    await expectEqualResults(graph, folded);
    const twice = foldBatchNormalization(folded);
    expect(operatorsOf(twice)).toEqual(['Conv', 'Conv', 'Identity']);
    await expectEqualResults(graph, twice);
  });

  test('not where a second node reads the convolution', async () => {
    const graph = normalised({}, (g) =>
      g.output(g.apply('Add', [g.value('norm'), g.value('conv')]), 'y'),
    );
    const folded = foldBatchNormalization(graph);
    expect(folded.nodes).toEqual(graph.nodes);
    await expectEqualResults(graph, folded);
  });

  test('not where the convolution is an output of the graph', () => {
    const graph = normalised({}, (g) => {
      g.output(g.value('norm'), 'y');
      g.output(g.value('conv'));
    });
    expect(foldBatchNormalization(graph).nodes).toEqual(graph.nodes);
  });

  test('not where the bias is computed', async () => {
    const graph = normalised({ bias: 'computed' });
    const folded = foldBatchNormalization(graph);
    expect(folded.nodes).toEqual(graph.nodes);
    await expectEqualResults(graph, folded);
  });

  test('not behind anything but a convolution', () => {
    const g = GraphBuilder.from({ ...normalised({}), outputs: [] });
    const norm = ['scale', 'shift', 'mean', 'variance'].map((name) => g.value(name));
    const active = g.apply('Relu', [g.value('norm')]);
    g.output(g.apply('BatchNormalization', [active, ...norm]), 'z');
    expect(operatorsOf(foldBatchNormalization(g.build()))).toEqual([
      'Conv',
      'Relu',
      'BatchNormalization',
      'Identity',
    ]);
  });

  test.each(['behind a convolution', 'behind another node'])(
    'training form, %s, is refused',
    (where) => {
      const graph = normalised({ training: true });
      const moved = {
        ...graph,
        nodes: graph.nodes.map((node) =>
          node.operator === 'BatchNormalization' && where.endsWith('node')
            ? { ...node, inputs: [graph.nodes[0]?.inputs[0] as string, ...node.inputs.slice(1)] }
            : node,
        ),
      };
      expect(() => foldBatchNormalization(moved)).toThrow(GraphError);
      expect(() => foldBatchNormalization(moved)).toThrow(/node "norm".*training form/);
    },
  );
});

describe('trainingForm', () => {
  const build = (use: (g: GraphBuilder) => void) => {
    const g = new GraphBuilder('net');
    const x = g.input('image', 'float32', [1, 2, 4, 4]);
    const conv = g.apply(
      'Conv',
      [x, g.parameter('weight', wave([3, 2, 1, 1])), g.parameter('bias', wave([3]))],
      {},
      { name: 'conv' },
    );
    const norm = ['scale', 'shift', 'mean', 'variance'].map((n) => g.parameter(n, wave([3])));
    g.apply('BatchNormalization', [conv, ...norm], { momentum: 0.5 }, { name: 'norm' });
    use(g);
    return g.build();
  };

  test('batch norms say what their running statistics become; the bias in front is idle', () => {
    const form = trainingForm(build((g) => g.output(g.value('norm'), 'logits')));
    expect([...form.statistics]).toEqual([
      ['mean', 'norm/mean'],
      ['variance', 'norm/variance'],
    ]);
    expect([...form.idleBiases]).toEqual(['bias']);
    const norm = form.graph.nodes.find((node) => node.operator === 'BatchNormalization');
    expect(norm?.outputs).toEqual(['norm', 'norm/mean', 'norm/variance']);
    expect(norm?.attributes.training_mode).toEqual({ type: 'int', value: 1 });
    expect(norm?.attributes.momentum).toEqual({ type: 'float', value: 0.5 });
  });

  test.each<[string, (g: GraphBuilder) => void]>([
    ['is read elsewhere', (g) => g.apply('Relu', [g.value('bias')])],
    ['feeds a result that is read elsewhere', (g) => g.apply('Relu', [g.value('conv')])],
    ['feeds an output of the graph', (g) => g.output(g.value('conv'))],
  ])('a bias is not idle where it %s', (_, use) => {
    expect([...trainingForm(build(use)).idleBiases]).toEqual([]);
  });

  test('a batch norm of which neither scale nor shift is trained stays in inference', () => {
    const graph = build((g) => g.output(g.value('norm'), 'logits'));
    const frozen = trainingForm(graph, new Set(['weight', 'bias']));
    expect(frozen.graph.nodes).toEqual(graph.nodes);
    expect([...frozen.statistics]).toEqual([]);
    // Nothing takes the bias away again: it is trained.
    expect([...frozen.idleBiases]).toEqual([]);
    for (const one of ['scale', 'shift'])
      expect([...trainingForm(graph, new Set([one])).statistics.keys()]).toEqual([
        'mean',
        'variance',
      ]);
  });

  test('idle biases are no part of the weights of a step', () => {
    const step = trainingStep({
      graph: build((g) => g.output(g.value('norm'), 'logits')),
      trainable: ['weight', 'bias', 'scale', 'shift'],
      loss: (g) => {
        const logits = g.value('logits');
        return lossOf(g, balancedBce(3), logits, g.input('mask', 'float32', logits.shape));
      },
      optimiser: sgd({ momentum: 0.9 }),
    });
    expect(step.weights).toEqual([
      { name: 'weight', shape: [3, 2, 1, 1], offset: 0 },
      { name: 'scale', shape: [3], offset: 6 },
      { name: 'shift', shape: [3], offset: 9 },
    ]);
    expect(names(step.statistics)).toEqual(['mean', 'variance']);
    expect(step.slots).toEqual(['optimiser/velocity']);
    expect(names(step.graph.outputs)).toEqual([
      'loss',
      'next/weights',
      'next/optimiser/velocity',
      'next/statistics',
    ]);
  });
});

describe('inferenceForm', () => {
  const made = (
    operator: string,
    inputs: string[],
    outputs: string[],
    attributes: Node['attributes'] = {},
  ): Node => ({ name: outputs.join(), operator, domain: '', inputs, outputs, attributes });
  const graphOf = (nodes: Node[], output = 'y'): Graph => ({
    name: 'net',
    inputs: [{ name: 'x', type: 'float32', shape: ['n', 2, 4, 4] }],
    outputs: [{ name: output, type: 'float32', shape: ['n', 2, 4, 4] }],
    initialisers: new Map([
      ['w', wave([2])],
      ['ratio', wave([])],
    ]),
    nodes,
  });

  test('batch norm leaves training: one output, running statistics, momentum kept', () => {
    const attributes: Node['attributes'] = {
      momentum: { type: 'float', value: 0.5 },
      training_mode: { type: 'int', value: 1 },
    };
    const norm = made('BatchNormalization', ['x', 'w', 'w', 'w', 'w'], ['y', 'm', 'v'], attributes);
    const { training_mode: _, ...kept } = attributes;
    expect(inferenceForm(graphOf([norm])).nodes).toEqual([
      { ...norm, outputs: ['y'], attributes: kept },
    ]);
  });

  test('dropout and identity are left out, in chains too', () => {
    const graph = graphOf([
      made('Identity', ['x'], ['a']),
      made('Dropout', ['a', 'ratio'], ['b', 'mask']),
      made('Identity', ['b'], ['c']),
      made('Add', ['c', 'a'], ['y']),
    ]);
    expect(inferenceForm(graph).nodes).toEqual([{ ...graph.nodes[3], inputs: ['x', 'x'] }]);
  });

  test('one that names an output of the graph stays; a dropout becomes one', () => {
    const graph = graphOf([made('Relu', ['x'], ['a']), made('Dropout', ['a', 'ratio'], ['y'])]);
    expect(inferenceForm(graph).nodes[1]).toEqual(made('Identity', ['a'], ['y']));
  });

  test('a dropout whose mask is read stays, and so is refused later', () => {
    const graph = graphOf([
      made('Dropout', ['x'], ['a', 'mask']),
      made('Where', ['mask', 'x', 'a'], ['y']),
    ]);
    expect(inferenceForm(graph).nodes).toEqual(graph.nodes);
  });

  test('an initialiser with a second name is two', () => {
    const graph = graphOf([
      made('Identity', ['w'], ['second']),
      made('Identity', ['second'], ['third']),
      made('Mul', ['third', 'w'], ['y']),
    ]);
    const { initialisers, nodes } = inferenceForm(graph);
    expect(nodes).toEqual([graph.nodes[2]]);
    expect([...initialisers.keys()]).toEqual(['w', 'ratio', 'second', 'third']);
    expect(initialisers.get('third')).toEqual(initialisers.get('w'));
    expect([...graph.initialisers.keys()]).toEqual(['w', 'ratio']);
  });
});
