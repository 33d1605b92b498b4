import { spawnSync } from 'node:child_process';
import {
  adam,
  balancedBce,
  float32,
  type Graph,
  GraphBuilder,
  lossOf,
  type Runtime,
  scalar,
  type Tensor,
  trainingStep,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** next/x = x + step; y = x before the addition. */
function counter(): Graph {
  const g = new GraphBuilder('counter');
  const x = g.input('x', 'float32', [2]);
  g.output(g.apply('Add', [x, g.input('step', 'float32', [])]), 'next/x');
  g.output(g.apply('Identity', [x]), 'y');
  return g.build();
}

/** y = 2 x. */
function double(): Graph {
  const g = new GraphBuilder('double');
  g.output(g.apply('Mul', [g.input('x', 'float32', [2]), g.scalar(2)]), 'y');
  return g.build();
}

const values = (tensor: Tensor | undefined) => Array.from(tensor?.data as Float32Array);

describe('a runtime in a worker', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());
  beforeEach(() => runtime.writeState({ x: float32([2], [0, 10]) }));

  test('state that a run writes is what the next reads, a hundred times', async () => {
    const program = await runtime.load(counter());
    for (let i = 0; i < 100; i++) {
      const { y } = await program.run({ step: scalar(1) });
      expect(values(y)).toEqual([i, 10 + i]);
    }
    expect(values((await runtime.readState(['x'])).x)).toEqual([100, 110]);
  });

  test('outputs and state read stay as they were while runs go on', async () => {
    const program = await runtime.load(counter());
    const first = await program.run({ step: scalar(1) });
    const read = await runtime.readState(['x']);
    for (let i = 0; i < 3; i++) await program.run({ step: scalar(1) });
    expect([values(first.y), values(read.x)]).toEqual([
      [0, 10],
      [1, 11],
    ]);
  });

  test('requests are carried out in their order, without waiting for replies', async () => {
    const program = await runtime.load(counter());
    const runs = Array.from({ length: 20 }, (_, i) => program.run({ step: scalar(i) }));
    const read = runtime.readState(['x']);
    const replaced = runtime.writeState({ x: float32([2], [-1, -2]) });
    const after = program.run({ step: scalar(1) });
    const before = (await Promise.all(runs)).map(({ y }) => y?.data[0]);
    expect(before).toEqual(Array.from({ length: 20 }, (_, i) => (i * Math.max(0, i - 1)) / 2));
    expect(values((await read).x)).toEqual([190, 200]);
    await replaced;
    expect(values((await after).y)).toEqual([-1, -2]);
  });

  test('programs share the state; a feed of the same name goes before it', async () => {
    const [count, twice] = [await runtime.load(counter()), await runtime.load(double())];
    await count.run({ step: scalar(5) });
    expect(values((await twice.run({})).y)).toEqual([10, 30]);
    expect(values((await twice.run({ x: float32([2], [1, 2]) })).y)).toEqual([2, 4]);
    expect(values((await runtime.readState(['x'])).x)).toEqual([5, 15]);
  });

  test('where an output beside it is not finite, the state stays', async () => {
    const g = new GraphBuilder('log');
    const x = g.input('x', 'float32', [2]);
    g.output(g.apply('ReduceSum', [g.apply('Log', [x])], { keepdims: 0 }), 'y');
    g.output(g.apply('Sub', [x, g.scalar(1)]), 'next/x');
    const program = await runtime.load(g.build());
    await runtime.writeState({ x: float32([2], [2, 3]) });
    await program.run({});
    await program.run({});
    expect(values((await runtime.readState(['x'])).x)).toEqual([0, 1]);
    for (let i = 0; i < 2; i++) {
      expect(values((await program.run({})).y)).toEqual([Number.NEGATIVE_INFINITY]);
      expect(values((await runtime.readState(['x'])).x)).toEqual([0, 1]);
    }
    await runtime.writeState({ x: float32([2], [0.5, 0.25]) });
    await program.run({});
    expect(values((await program.run({})).y)).toEqual([Number.NaN]);
    expect(values((await runtime.readState(['x'])).x)).toEqual([-0.5, -0.75]);
  });

  test('entries sent as one array are two entries', async () => {
    const g = new GraphBuilder('two');
    for (const [name, by] of [
      ['a', 1],
      ['b', 10],
    ] as const) {
      const x = g.input(name, 'float32', [2]);
      g.output(g.apply('Add', [x, g.scalar(by)]), `next/${name}`);
    }
    const zeros = float32([2], [0, 0]);
    await runtime.writeState({ a: zeros, b: zeros });
    const program = await runtime.load(g.build());
    for (let i = 0; i < 3; i++) await program.run({});
    const { a, b } = await runtime.readState(['a', 'b']);
    expect([values(a), values(b)]).toEqual([
      [3, 3],
      [30, 30],
    ]);
    expect(zeros.data).toEqual(new Float32Array(2));
  });

  test('an entry may be replaced by one of another shape', async () => {
    const g = new GraphBuilder('longer');
    g.output(g.apply('Neg', [g.input('x', 'float32', [3])]), 'next/x');
    const program = await runtime.load(g.build());
    await runtime.writeState({ x: float32([3], [1, 2, 3]) });
    await program.run({});
    await program.run({});
    await program.run({});
    expect(values((await runtime.readState(['x'])).x)).toEqual([-1, -2, -3]);
  });

  describe('faults reject the promise and name what is wrong; the runtime goes on', () => {
    afterEach(async () => {
      const program = await runtime.load(counter());
      expect(values((await program.run({ step: scalar(1) })).y)).toEqual([0, 10]);
    });

    test('an input neither fed nor part of the state', async () => {
      const program = await runtime.load(counter());
      await expect(program.run({})).rejects.toThrow('"step" is neither fed nor part of the state');
    });

    test('a feed for which there is no input', async () => {
      const program = await runtime.load(counter());
      const feeds = { step: scalar(1), stpe: scalar(1) };
      await expect(program.run(feeds)).rejects.toThrow(
        '"stpe" is no input of the graph, which has "x", "step"',
      );
    });

    test('state nobody wrote, to read or to run on', async () => {
      await expect(runtime.readState(['x', 'momentum'])).rejects.toThrow('"momentum"');
      const g = new GraphBuilder('other');
      g.output(g.apply('Neg', [g.input('z', 'float32', [2])]), 'next/velocity');
      const program = await runtime.load(g.build());
      await expect(program.run({ z: float32([2], [1, 2]) })).rejects.toThrow('"velocity"');
    });

    test('a feed of the wrong shape', async () => {
      const program = await runtime.load(counter());
      await expect(program.run({ x: float32([3], [1, 2, 3]), step: scalar(1) })).rejects.toThrow(
        '"x" has shape [3], the graph takes [2]',
      );
    });

    test('a feed whose data does not fill its shape', async () => {
      const program = await runtime.load(counter());
      const short: Tensor = { type: 'float32', shape: [2], data: new Float32Array(1) };
      await expect(program.run({ x: short, step: scalar(1) })).rejects.toThrow();
    });

    test('a graph that ONNX Runtime does not take: its message', async () => {
      const graph = counter();
      const [add, ...rest] = graph.nodes;
      const wrong = { ...graph, nodes: [{ ...add, operator: 'Erff' } as typeof add, ...rest] };
      await expect(runtime.load(wrong as Graph)).rejects.toThrow(/Erff/);
    });

    test('a state entry whose size the graph does not keep', async () => {
      const g = new GraphBuilder('shrinking');
      const x = g.input('x', 'float32', [2]);
      g.output(g.apply('ReduceSum', [x], { keepdims: 1 }), 'next/x');
      const program = await runtime.load(g.build());
      await expect(program.run({})).rejects.toThrow();
    });
  });
});

describe('close', () => {
  test('requests afterwards are refused; closing again is no fault', async () => {
    const runtime = await createNodeRuntime({ threads: 1 });
    const program = await runtime.load(counter());
    await runtime.close();
    await runtime.close();
    const closed = 'the runtime is closed';
    await expect(program.run({ step: scalar(1) })).rejects.toThrow(closed);
    await expect(runtime.load(counter())).rejects.toThrow(closed);
    await expect(runtime.writeState({})).rejects.toThrow(closed);
    await expect(runtime.readState([])).rejects.toThrow(closed);
  });

  test('what was asked before is still carried out', async () => {
    const runtime = await createNodeRuntime({ threads: 1 });
    const program = await runtime.load(counter());
    await runtime.writeState({ x: float32([2], [0, 0]) });
    const last = program.run({ step: scalar(1) });
    await runtime.close();
    expect(values((await last).y)).toEqual([0, 0]);
  });

  test('nothing keeps the process alive', () => {
    const script = `
      import { createNodeRuntime } from '@vascula/autograd/node';
      const runtime = await createNodeRuntime({ threads: 1 });
      await runtime.writeState({});
      await runtime.close();
      console.log(process.getActiveResourcesInfo().filter((name) => /worker|port/i.test(name)));`;
    const options = {
      cwd: new URL('.', import.meta.url),
      encoding: 'utf8',
      timeout: 20_000,
    } as const;
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', script],
      options,
    );
    expect({ status, signal, stdout: stdout.trim(), stderr }).toEqual({
      status: 0,
      signal: null,
      stdout: '[]',
      stderr: '',
    });
  });
});

describe('a small training step gives the same weights bit for bit', () => {
  /** Weights after five Adam steps of a network large enough for several threads. */
  async function train(threads: number): Promise<Float32Array> {
    const wave = (shape: number[]) =>
      float32(
        shape,
        Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + 7 * i)),
      );
    const g = new GraphBuilder('net');
    let x = g.input('image', 'float32', [2, 3, 64, 64]);
    const parameters: string[] = [];
    const parameter = (name: string, shape: number[]) => {
      parameters.push(name);
      return g.parameter(name, wave(shape));
    };
    for (const [level, [inputs, outputs]] of [
      [3, 16],
      [16, 16],
    ].entries()) {
      const weight = parameter(`weight${level}`, [outputs as number, inputs as number, 3, 3]);
      const [scale, shift, mean, variance] = ['scale', 'shift', 'mean', 'variance'].map((name) =>
        g.parameter(`${name}${level}`, float32([16], new Array(16).fill(name === 'mean' ? 0 : 1))),
      );
      parameters.push(`scale${level}`, `shift${level}`);
      x = g.apply('Conv', [x, weight], { pads: [1, 1, 1, 1] });
      x = g.apply('Relu', [g.apply('BatchNormalization', [x, scale, shift, mean, variance])]);
      x = g.apply('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    }
    const up = parameter('up', [16, 1, 4, 4]);
    g.output(g.apply('ConvTranspose', [x, up], { strides: [4, 4] }), 'logits');
    const optimiser = adam();
    const step = trainingStep({
      graph: g.build(),
      trainable: parameters,
      loss: (g) => {
        const logits = g.value('logits');
        return lossOf(g, balancedBce(3), logits, g.input('mask', 'float32', logits.shape));
      },
      optimiser,
    });
    const length = step.weights.reduce(
      (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
      0,
    );
    const runtime = await createNodeRuntime({ threads });
    try {
      await runtime.writeState({
        weights: wave([length]),
        statistics: float32([64], new Array(64).fill(1)),
        ...Object.fromEntries(
          step.slots.map((slot) => [slot, float32([length], new Array(length).fill(0))]),
        ),
      });
      const program = await runtime.load(step.graph);
      const image = wave([2, 3, 64, 64]);
      const mask = float32(
        [2, 1, 64, 64],
        Array.from({ length: 8192 }, (_, i) => (i % 7 === 0 ? 1 : 0)),
      );
      for (let i = 1; i <= 5; i++) {
        const { rate } = optimiser.scalars(i, 1e-2);
        await program.run({ image, mask, 'optimiser/rate': scalar(rate as number) });
      }
      const { weights } = await runtime.readState(['weights']);
      expect(weights?.data).not.toEqual(wave([length]).data);
      return weights?.data as Float32Array;
    } finally {
      await runtime.close();
    }
  }

  test.each([1, 2])('twice with %i thread(s)', async (threads) => {
    const [first, second] = [await train(threads), await train(threads)];
    expect(first.every(Number.isFinite)).toBe(true);
    expect(new Uint8Array(second.buffer)).toEqual(new Uint8Array(first.buffer));
  });
});
