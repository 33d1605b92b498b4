import { GraphBuilder } from '../builder.js';
import { lower } from '../passes/lower.js';
import type { Runtime } from './runtime.js';
import { plainTarget, type Target } from './target.js';

/**
 * Finds out what a CPU runtime does well. Blocked convolutions are internal to ONNX Runtime and their
 * block depends on the processor (8 channels with AVX2, 16 with AVX-512, none in WebAssembly), so the
 * block is read off a reordered tensor, and a convolution is compared with the plain node before the
 * form is used.
 */
export async function probeTarget(runtime: Pick<Runtime, 'load'>): Promise<Target> {
  try {
    const block = await channelBlock(runtime);
    return block !== undefined && (await blockedConvAgrees(runtime, block))
      ? { ...plainTarget, channelBlock: block }
      : plainTarget;
  } catch {
    // The runtime does not know the operators: what is asked here, not a fault.
    return plainTarget;
  }
}

/** Where the first channel's second pixel lies after reordering: one block behind its first. */
async function channelBlock(runtime: Pick<Runtime, 'load'>): Promise<number | undefined> {
  const channels = 16;
  const g = new GraphBuilder('block');
  const x = g.input('x', 'float32', [1, channels, 1, 2]);
  g.output(g.apply('ReorderInput', [x], {}, { domain: 'com.microsoft.nchwc' }), 'blocked');
  const program = await runtime.load(g.build());
  const data = Float32Array.from({ length: channels * 2 }, (_, i) => i);
  const { blocked } = await program.run({ x: { type: 'float32', shape: x.shape, data } });
  const block = blocked ? [...blocked.data].map(Number).indexOf(1) : 0;
  return block > 1 && channels % block === 0 ? block : undefined;
}

async function blockedConvAgrees(runtime: Pick<Runtime, 'load'>, block: number): Promise<boolean> {
  const g = new GraphBuilder('conv');
  const x = g.input('x', 'float32', [2, 2 * block, 6, 7]);
  const weight = g.input('weight', 'float32', [block, 2 * block, 3, 3]);
  g.output(g.apply('Conv', [x, weight], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }), 'y');
  const wave = (shape: readonly number[]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, (_, i) => Math.sin(i * i));
    return { type: 'float32' as const, shape, data };
  };
  const feeds = { x: wave(x.shape), weight: wave(weight.shape) };
  const plain = g.build();
  const blocked = lower(plain, { ...plainTarget, channelBlock: block });
  const [{ y: expected }, { y: found }] = await Promise.all(
    [plain, blocked].map(async (graph) => (await runtime.load(graph)).run(feeds)),
  );
  return found.data.every((value, i) => Math.abs(Number(value) - Number(expected.data[i])) <= 1e-4);
}
