import {
  type Graph,
  goldenCheck,
  type Node,
  plainTarget,
  type Runtime,
  type Tensor,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
});
afterAll(() => runtime.close());

/** The runtime as it is, but for what a test makes wrong. */
const wrong = (change: Partial<Runtime>): Runtime => ({
  target: runtime.target,
  load: (graph) => runtime.load(graph),
  writeState: (values) => runtime.writeState(values),
  readState: (names) => runtime.readState(names),
  close: () => runtime.close(),
  ...change,
});

test('the processor passes, with rounding for a difference', async () => {
  const { passed, worst, where, milliseconds } = await goldenCheck(runtime, () =>
    performance.now(),
  );
  expect(passed).toBe(true);
  // What is left of a step of 1e-3 once it was added to a weight of 1.
  expect(worst).toBeLessThan(1e-4);
  expect(where).toMatch(/^step of .*(scale|bias)$/);
  expect(milliseconds).toBeGreaterThan(0);
});

describe('a runtime that is wrong fails', () => {
  const onNode = (operator: string, change: (node: Node) => Node) =>
    wrong({
      // No node is in another's form.
      target: plainTarget,
      load(graph: Graph) {
        const at = graph.nodes.findIndex((node) => node.operator === operator);
        // The update has none of them.
        expect(at >= 0 || graph.name === 'update', operator).toBe(true);
        return runtime.load({
          ...graph,
          nodes: graph.nodes.map((node, i) => (i === at ? change(node) : node)),
        });
      },
    });

  test.each([
    [
      'a transposed convolution one pixel off',
      'ConvTranspose',
      { pads: { type: 'ints', value: [0, 0, 2, 2] } },
    ],
    [
      'a normalisation with another epsilon',
      'BatchNormalization',
      { epsilon: { type: 'float', value: 0.1 } },
    ],
  ] as const)('%s', async (_, operator, attributes) => {
    const broken = onNode(operator, (node) => ({
      ...node,
      attributes: { ...node.attributes, ...attributes },
    }));
    const { passed, worst } = await goldenCheck(broken);
    expect([passed, worst > 0.01]).toEqual([false, true]);
  });

  /** What is read of the state, one entry with each value multiplied. */
  const scaled = (entry: string, share: (index: number) => number) =>
    wrong({
      async readState(names) {
        const state = await runtime.readState(names);
        const { shape, data } = state[entry] as Tensor;
        const changed = (data as Float32Array).map((value, i) => value * share(i));
        return { ...state, [entry]: { type: 'float32', shape, data: changed } };
      },
    });

  test('one gradient 3 % too large: it is named', async () => {
    // The first parameter of the network: 8 x 3 x 5 x 5 weights.
    const broken = scaled('gradient', (i) => (i < 600 ? 1.03 : 1));
    const { passed, worst, where } = await goldenCheck(broken);
    expect({ passed, where }).toEqual({ passed: false, where: 'gradient of left.weight' });
    // An estimate from eight sums.
    expect(worst).toBeGreaterThan(0.015);
    expect(worst).toBeLessThan(0.06);
  });

  test('a value that is no number', async () => {
    const broken = scaled('statistics', (i) => (i === 70 ? Number.NaN : 1));
    const { passed, worst, where } = await goldenCheck(broken);
    expect({ passed, worst, where }).toEqual({
      passed: false,
      worst: Number.NaN,
      where: 'right.variance',
    });
  });
});
