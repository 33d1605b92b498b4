import { readFileSync } from 'node:fs';
import {
  type DataType,
  differentiate,
  float32,
  GraphBuilder,
  lower,
  operators,
  type PlainAttributes,
  type Runtime,
  type Tensor,
  type Value,
} from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Case {
  name: string;
  op: string;
  domain: string;
  attributes: PlainAttributes;
  inputs: (StoredTensor | null)[];
  constant?: number[];
  outputs: (StoredTensor | null)[];
  outputGradients: (StoredTensor | null)[];
  inputGradients: (StoredTensor | null)[];
}
interface StoredTensor {
  type?: DataType;
  shape: number[];
  data: number[];
}

const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/operators.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

const arrays = { float32: Float32Array, int64: BigInt64Array, bool: Uint8Array } as const;

function tensorOf({ type = 'float32', shape, data }: StoredTensor): Tensor {
  if (type === 'int64') return { type, shape, data: BigInt64Array.from(data, BigInt) };
  return { type, shape, data: arrays[type as 'float32'].from(data) };
}

/** The operator alone, and the loss sum(gradient * output) whose gradients PyTorch computed. */
function graphOf(entry: Case) {
  const g = new GraphBuilder(entry.name);
  const inputs = entry.inputs.map((stored, i) => {
    if (stored === null) return undefined;
    const tensor = tensorOf(stored);
    return entry.constant?.includes(i)
      ? g.constant(tensor)
      : g.input(`input${i}`, tensor.type, tensor.shape);
  });
  const outputs = g.applyAll(entry.op, inputs, entry.attributes, { domain: entry.domain });
  const wanted = entry.inputGradients.flatMap((gradient, i) =>
    gradient === null ? [] : [inputs[i] as Value],
  );
  const terms = entry.outputGradients.flatMap((gradient, i) => {
    if (gradient === null) return [];
    const product = g.apply('Mul', [outputs[i], g.constant(tensorOf(gradient))]);
    return [g.apply('ReduceSum', [product], { keepdims: 0 })];
  });
  const loss = terms.reduce((sum, term) => g.apply('Add', [sum, term]));
  const gradients = differentiate(g, loss, wanted);
  outputs.forEach((output, i) => {
    if (entry.outputs[i]) g.output(output, `y${i}`);
  });
  g.output(loss, 'loss');
  for (const [i, gradient] of gradients.entries())
    g.output(gradient, `d_${(wanted[i] as Value).name}`);
  return lower(g.build());
}

function feedsOf(entry: Case): Record<string, Tensor> {
  return Object.fromEntries(
    entry.inputs.flatMap((stored, i) =>
      stored && !entry.constant?.includes(i) ? [[`input${i}`, tensorOf(stored)]] : [],
    ),
  );
}

/** Largest difference, relative to the largest expected magnitude (at least `floor`). */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-3) {
  expect(actual.length).toBe(expected.length);
  let [worst, size] = [0, floor];
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs((actual[i] as number) - (expected[i] as number)));
    size = Math.max(size, Math.abs(expected[i] as number));
  }
  return worst / size;
}

describe('operators against PyTorch in float64, and against finite differences', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());

  for (const entry of fixture.cases)
    test(entry.name, async () => {
      const graph = graphOf(entry);
      const program = await runtime.load(graph);
      const feeds = feedsOf(entry);
      const results = await program.run(feeds);
      entry.outputs.forEach((expected, i) => {
        if (expected === null) return;
        const actual = results[`y${i}`] as Tensor;
        expect(actual.shape).toEqual(expected.shape);
        expect(relativeError(actual.data as Float32Array, expected.data)).toBeLessThan(2e-6);
      });
      for (const [i, expected] of entry.inputGradients.entries()) {
        if (expected === null) continue;
        const actual = results[`d_input${i}`] as Tensor;
        expect(actual.shape).toEqual(expected.shape);
        const gradient = actual.data as Float32Array;
        expect(relativeError(gradient, expected.data)).toBeLessThan(1e-5);

        // Central difference along a fixed direction; sums of outputs in float64.
        const input = feeds[`input${i}`] as Tensor;
        const direction =
          input.data.length === 0
            ? []
            : Array.from(input.data as Float32Array, (_, k) => Math.sin(1 + 7 * k));
        const step = 2 ** -9;
        const lossAt = async (sign: number) => {
          const moved = float32(
            input.shape,
            Array.from(
              input.data as Float32Array,
              (v, k) => v + sign * step * (direction[k] as number),
            ),
          );
          const { data: _, ...outputs } = await program.run({ ...feeds, [`input${i}`]: moved });
          return entry.outputGradients.reduce((sum, stored, o) => {
            if (stored === null) return sum;
            const y = outputs[`y${o}`] as Tensor;
            return sum + stored.data.reduce((s, d, k) => s + d * Number(y.data[k]), 0);
          }, 0);
        };
        const numeric = ((await lossAt(1)) - (await lossAt(-1))) / (2 * step);
        const analytic = direction.reduce((s, d, k) => s + d * (gradient[k] as number), 0);
        const scale = Math.max(0.1, ...Array.from(gradient, Math.abs));
        expect(Math.abs(numeric - analytic) / scale).toBeLessThan(2e-2);
      }
    });

  test('every operator with a gradient has a case', () => {
    const tested = new Set(fixture.cases.map(({ op }) => op));
    const untested = [...operators.values()].filter(
      (operator) => operator.gradient && !tested.has(operator.name),
    );
    expect(untested.map(({ name }) => name)).toEqual([]);
  });
});
