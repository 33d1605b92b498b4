import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adam,
  adamw,
  averageGraph,
  balancedBce,
  float32,
  type Graph,
  GraphBuilder,
  lossOf,
  type Node,
  plainTarget,
  type Runtime,
  scalar,
  type Tensor,
  type Tensors,
  trainingStep,
  writeOnnx,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import fc from 'fast-check';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hideSizes } from '../dist/passes/hide-sizes.js';
import { executionOrder } from '../dist/session/execution-order.js';
import { isPiecewise } from '../dist/session/piecewise.js';
import { sharedParts } from '../dist/session/shared-parts.js';

const wave = (shape: readonly number[], phase = 1): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.sin(phase + 7 * i),
  ),
});

/** A network with what makes the memory of a step interesting: norm, pool, a skip, two parameters. */
function network(): Graph {
  const g = new GraphBuilder('net');
  const x = g.input('image', 'float32', [2, 3, 8, 8]);
  const pads = [1, 1, 1, 1];
  const ones = { type: 'float32', shape: [4], data: new Float32Array(4).fill(1) } as const;
  const norm = ['scale', 'bias', 'mean', 'variance'].map((name) => g.parameter(name, ones));
  const first = g.apply('Conv', [x, g.parameter('first', wave([4, 3, 3, 3]))], { pads });
  const hidden = g.apply('Relu', [g.apply('BatchNormalization', [first, ...norm])]);
  const pool = g.apply('MaxPool', [hidden], { kernel_shape: [2, 2], strides: [2, 2] });
  const up = g.apply('ConvTranspose', [pool, g.parameter('up', wave([4, 4, 2, 2], 3))], {
    strides: [2, 2],
  });
  const joined = g.apply('Concat', [up, hidden], { axis: 1 });
  const second = g.parameter('second', wave([1, 8, 3, 3], 2));
  g.output(g.apply('Conv', [joined, second], { pads }), 'logits');
  return g.build();
}

const trainable = ['first', 'scale', 'bias', 'up', 'second'];
const optimiser = adam();
const step = (update: 'within' | 'apart' | 'summed', by = optimiser) =>
  trainingStep({
    graph: network(),
    trainable,
    loss: (g) => {
      const logits = g.value('logits');
      return lossOf(g, balancedBce(3), logits, g.input('mask', 'float32', logits.shape));
    },
    optimiser: by,
    update,
  });
const feeds = {
  image: wave([2, 3, 8, 8], 5),
  mask: { ...wave([2, 1, 8, 8]), data: Float32Array.from({ length: 128 }, (_, i) => i % 2) },
};

/** Loss and state after three steps on a runtime that treats memory that way. */
async function trained(
  runtime: Runtime,
  update: 'within' | 'apart' | 'summed',
  memory: { plansMemory: boolean; sharesMemory: boolean },
): Promise<unknown> {
  const target = runtime.target;
  Object.assign(runtime, { target: { ...target, ...memory } });
  try {
    const plan = step(update);
    const length = plan.weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    const zeros = { type: 'float32', shape: [length] } as const;
    await runtime.writeState({
      weights: wave([length]),
      statistics: wave([8], 4),
      gradient: zeros,
      ...Object.fromEntries(plan.slots.map((slot) => [slot, zeros])),
    });
    const program = await runtime.load(plan.graph);
    const end = plan.update && (await runtime.load(plan.update));
    const losses: unknown[] = [];
    for (let k = 1; k <= 3; k++) {
      const rate = { 'optimiser/rate': scalar(optimiser.scalars(k, 0.01).rate as number) };
      const rest = { within: rate, apart: {}, summed: { kept: scalar(0) } }[update];
      losses.push((await program.run({ ...feeds, ...(rest as Tensors) })).loss?.data);
      await end?.run(rate);
    }
    return { losses, state: await runtime.readState(['weights', 'statistics', ...plan.slots]) };
  } finally {
    Object.assign(runtime, { target });
  }
}

describe('how memory is used changes no number', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());

  test.each(['within', 'apart', 'summed'] as const)('update %s', async (update) => {
    const plain = await trained(runtime, update, { plansMemory: false, sharesMemory: false });
    for (const plansMemory of [false, true])
      for (const sharesMemory of [false, true])
        expect(await trained(runtime, update, { plansMemory, sharesMemory })).toEqual(plain);
  });

  test('an update of more than a piece, and of a part of one, in place', async () => {
    const length = 2 ** 17 * 2 + 5;
    const g = new GraphBuilder('update');
    const [x, y] = ['x', 'y'].map((name) => g.input(name, 'float32', [length]));
    const sum = g.apply('Add', [g.apply('Mul', [x, g.scalar(0.5)]), y]);
    g.output(sum, 'next/x');
    g.output(g.apply('Sqrt', [g.apply('Mul', [sum, sum])]), 'next/z');
    const graph = g.build();
    expect(isPiecewise(graph)).toBe(true);
    const [first, second] = [wave([length]), wave([length], 2)];
    await runtime.writeState({
      x: first,
      y: second,
      z: { type: 'float32', shape: [length] },
    });
    await (await runtime.load(graph)).run({});
    const state = await runtime.readState(['x', 'y', 'z']);
    const differs = (first.data as Float32Array).findIndex((value, i) => {
      const sum = Math.fround(Math.fround(value * 0.5) + (second.data[i] as number));
      const [foundX, foundY, foundZ] = ['x', 'y', 'z'].map((name) => state[name]?.data[i]);
      const root = Math.fround(Math.sqrt(Math.fround(sum * sum)));
      return foundX !== sum || foundY !== second.data[i] || foundZ !== root;
    });
    expect(differs).toBe(-1);
  });

  test('a vector of another length is refused, and nothing is written', async () => {
    const program = await runtime.load(step('apart').graph);
    await runtime.writeState({ weights: wave([5]), statistics: wave([8]), gradient: wave([5]) });
    await expect(program.run(feeds)).rejects.toThrow('"weights" has shape [5]');
    expect((await runtime.readState(['gradient'])).gradient).toEqual(wave([5]));
  });
});

describe('a graph of any kind is loaded and gives all its outputs', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());
  const split = (): Graph => {
    const g = new GraphBuilder('split');
    const parts = g.applyAll('Split', [g.input('x', 'float32', [4]), g.ints([1, 3])], { axis: 0 });
    g.output(g.apply('Neg', [parts[1]]), 'y');
    return g.build();
  };

  test('a part of an input that is an output too', async () => {
    const graph = split();
    const name = graph.nodes[0]?.outputs[0] as string;
    const both = {
      ...graph,
      outputs: [...graph.outputs, { name, type: 'float32' as const, shape: [1] }],
    };
    const results = await (await runtime.load(both)).run({ x: float32([4], [1, 2, 3, 4]) });
    expect([...(results.y?.data ?? [])]).toEqual([-2, -3, -4]);
    expect([...(results[name]?.data ?? [])]).toEqual([1]);
  });

  test('an operator that only the runtime knows, and a Split into equal parts', async () => {
    const graph = split();
    const [node, negative, ...rest] = graph.nodes as [Node, Node];
    const unknown = {
      ...graph,
      nodes: [
        { ...node, inputs: ['x'], outputs: ['a', 'b'] },
        { ...negative, operator: 'Tan', inputs: ['b'] },
        ...rest,
      ],
      outputs: [{ name: 'y', type: 'float32' as const, shape: [2] }],
    };
    const { y } = await (await runtime.load(unknown)).run({ x: float32([4], [1, 2, 3, 0.5]) });
    expect(y?.data[0]).toBeCloseTo(Math.tan(3), 5);
    expect(y?.data[1]).toBeCloseTo(Math.tan(0.5), 5);
  });

  test('a Reshape goes on refusing what it did not expect where sizes are open', async () => {
    const g = new GraphBuilder('reshape');
    g.output(g.apply('Reshape', [g.input('x', 'float32', [1, 4]), g.ints([1, 4])]), 'y');
    const graph = g.build();
    const open = { ...graph, inputs: [{ name: 'x', type: 'float32' as const, shape: ['N', 4] }] };
    const program = await runtime.load(open);
    await expect(program.run({ x: wave([2, 4]) })).rejects.toThrow();
    expect((await program.run({ x: wave([1, 4]) })).y?.shape).toEqual([1, 4]);
  });
});

describe('an update is run piece by piece only where that is the same', () => {
  const graph = (build: (g: GraphBuilder) => void): Graph => {
    const g = new GraphBuilder('graph');
    build(g);
    return g.build();
  };
  const x = (g: GraphBuilder, length = 6) => g.input('x', 'float32', [length]);

  test("an optimiser's is", () => {
    expect(isPiecewise(step('apart').update as Graph)).toBe(true);
    expect(isPiecewise(step('apart', adamw()).update as Graph)).toBe(true);
  });
  test("a moving average's is", () => {
    expect(isPiecewise(averageGraph('weights', 6, plainTarget))).toBe(true);
  });
  test('not where a sum is taken', () => {
    const sum = graph((g) => {
      const value = x(g);
      g.output(g.apply('Sub', [value, g.apply('ReduceSum', [value])]), 'next/x');
    });
    expect(isPiecewise(sum)).toBe(false);
  });
  test('not where something is read after it was written over', () => {
    const late = graph((g) => {
      const value = x(g);
      g.output(g.apply('Neg', [value]), 'next/x');
      g.output(g.apply('Exp', [value]), 'next/y');
    });
    expect(isPiecewise(late)).toBe(false);
  });
  test('not where it is read so under another name', () => {
    const renamed = graph((g) => {
      const value = x(g);
      const same = g.apply('Identity', [value]);
      g.output(g.apply('Neg', [same]), 'next/x');
      g.output(g.apply('Exp', [same]), 'next/y');
    });
    expect(isPiecewise(renamed)).toBe(false);
  });
  test('not where a constant has a value for each number', () => {
    const constant = graph((g) => {
      g.output(g.apply('Add', [x(g), g.constant(wave([6]))]), 'next/x');
    });
    expect(isPiecewise(constant)).toBe(false);
  });
  test('not where vectors differ in length, or something else is given', () => {
    const broadcast = graph((g) => {
      g.output(g.apply('Add', [x(g), g.input('y', 'float32', [1])]), 'next/x');
    });
    const result = graph((g) => g.output(g.apply('Neg', [x(g)]), 'y'));
    expect([isPiecewise(broadcast), isPiecewise(result)]).toEqual([false, false]);
  });
});

test('parts of a flat input and of a flat output lie one after the other and fill it', () => {
  const { graph, parts } = sharedParts(step('apart').graph);
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  expect([read.has('weights'), read.has('statistics')]).toEqual([false, false]);
  for (const of of ['weights', 'next/gradient', 'statistics', 'next/statistics']) {
    const own = [...parts.values()].filter((part) => part.of === of);
    expect(own.length).toBeGreaterThan(1);
    let end = 0;
    for (const { offset, length } of own) {
      expect(offset).toBe(end);
      end += length;
    }
    expect(end).toBe(of.endsWith('statistics') ? 8 : 4 * 3 * 9 + 8 + 64 + 72);
  }
});

test('a Reshape keeps its sense when one size is left open; a size of 0 or open already is left alone', () => {
  const targets = [[2, 12], [24, 1], [1, 1, 24], [-1, 4], [24]];
  const g = new GraphBuilder('reshapes');
  const x = g.input('x', 'float32', [2, 3, 4]);
  for (const [i, target] of targets.entries())
    g.output(g.apply('Reshape', [x, g.ints(target)]), `y${i}`);
  const hidden = hideSizes(g.build());
  const shapes = hidden.nodes
    .filter(({ operator }) => operator === 'Reshape')
    .map(({ inputs }) => [...(hidden.initialisers.get(inputs[1] as string)?.data ?? [])]);
  expect(shapes.map((shape) => shape.map(Number))).toEqual([
    [2, -1],
    [-1, 1],
    [1, 1, -1],
    [-1, 4],
    [-1],
  ]);
});

describe('the order in which ONNX Runtime runs a graph', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'order-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is the one that is reckoned with, for any graph', async () => {
    let count = 0;
    const run = async (choices: readonly number[][]) => {
      const g = new GraphBuilder('any');
      const values = [g.input('x', 'float32', [1])];
      for (const picks of choices) {
        const [a, b] = picks.map((pick) => values[pick % values.length]);
        values.push(g.apply(['Add', 'Mul', 'Sub'][(picks[0] as number) % 3] as string, [a, b]));
      }
      // What nobody reads is a result, so that nothing is dropped.
      const read = new Set(g.nodes.flatMap(({ inputs }) => inputs));
      for (const value of values) if (!read.has(value.name)) g.output(value);
      const graph = g.build();
      const prefix = `run${count++}`;
      const session = await InferenceSession.create(writeOnnx(graph), {
        graphOptimizationLevel: 'disabled',
        enableProfiling: true,
        profileFilePrefix: join(folder, prefix),
        logSeverityLevel: 3,
      });
      await session.run({ x: new OrtTensor('float32', [1], [1]) });
      session.endProfiling();
      await session.release();
      const file = readdirSync(folder).find((name) => name.startsWith(`${prefix}_`)) as string;
      const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { name: string }[];
      const ran = events
        .filter(({ name }) => name.endsWith('_kernel_time'))
        .map(({ name }) => name.replace('_kernel_time', ''));
      expect(executionOrder(graph).map(({ name }) => name)).toEqual(ran);
    };
    const node = fc.tuple(fc.nat(30), fc.nat(30)).map((pair) => [...pair]);
    await fc.assert(fc.asyncProperty(fc.array(node, { minLength: 1, maxLength: 25 }), run), {
      numRuns: 30,
    });
  });
});
