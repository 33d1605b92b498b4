import type { Graph } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { type Slice, unflatten } from '../training/flat-parameters.js';
import { goldenReference } from './golden-reference.js';
import { goldenStep, hashedBits } from './golden-step.js';
import type { Runtime } from './runtime.js';

export interface GoldenResult {
  readonly passed: boolean;
  /** Largest difference from the reference, relative to the norm of its tensor; NaN where one is. */
  readonly worst: number;
  /** The tensor with that difference, such as `gradient of up.weight`. */
  readonly where: string;
  /** Wall time of a step once everything is prepared. */
  readonly milliseconds: number;
}

/**
 * Differences of float32 are about 1e-6 here. A device whose matrix units round their operands to ten
 * bits (TensorFloat-32, CUDA's default) comes to some 1e-3; a wrong result is far above either.
 */
const tolerance = 1e-2;

/**
 * Runs one small training step and compares loss, running statistics, every gradient and every weight's
 * step with what PyTorch says in float64. Providers of ONNX Runtime have given wrong numbers without a
 * word: none is to be used that has not passed. The runtime's state is overwritten.
 *
 * Rejects where the runtime cannot load or run the step at all.
 *
 * @param clock milliseconds, as fine as there are.
 */
export async function goldenCheck(
  runtime: Runtime,
  clock: () => number = Date.now,
): Promise<GoldenResult> {
  const { step, feeds, scalars, state } = goldenStep(runtime.target);
  await runtime.writeState(state);
  const program = await runtime.load(step.graph);
  const update = await runtime.load(step.update as Graph);
  const run = async () => {
    const { loss } = await program.run(feeds);
    await update.run(scalars);
    return loss;
  };
  const loss = await run();
  const after = await runtime.readState(Object.keys(state));

  const found = new Map<string, ArrayLike<number>>([['loss', numbersOf(loss)]]);
  const parts = (values: Tensor | undefined, layout: readonly Slice[]) =>
    unflatten(numbersOf(values), layout);
  for (const [name, { data }] of parts(after.statistics, step.statistics))
    found.set(name, data as Float32Array);
  const before = numbersOf(state.weights);
  const moved = numbersOf(after.weights).map((value, i) => value - (before[i] as number));
  for (const [name, { data }] of unflatten(moved, step.weights))
    found.set(`step of ${name}`, data as Float32Array);
  for (const [name, { data }] of parts(after.gradient, step.weights))
    found.set(`gradient of ${name}`, data as Float32Array);

  let [worst, where] = [0, ''];
  for (const [name, reference] of Object.entries(goldenReference)) {
    const difference = relativeDifference(found.get(name) ?? [], reference);
    if (difference <= worst) continue;
    [worst, where] = [difference, name];
    if (Number.isNaN(difference)) break;
  }
  const start = clock();
  await run();
  return { passed: worst <= tolerance, worst, where, milliseconds: clock() - start };
}

function numbersOf(tensor: Tensor | undefined): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensor?.data as Float32Array);
}

/**
 * The reference holds a norm and sums of the values with random signs. The square of such a sum of
 * differences is, in the mean, the sum of their squares: no difference hides from all sums.
 */
function relativeDifference(
  values: ArrayLike<number>,
  [norm = 0, ...sums]: readonly number[],
): number {
  const squares = sums.map((expected, bit) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++)
      sum += (hashedBits(i, 7) >> bit) & 1 ? (values[i] as number) : -(values[i] as number);
    return (sum - expected) ** 2;
  });
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / sums.length) / norm;
}
