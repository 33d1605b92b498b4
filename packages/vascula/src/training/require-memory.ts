import type { Target } from '@vascula/autograd';
import { InputError, type NetworkSpec, sizeMultiple, trainingBytes } from '@vascula/core';
import type { RunConfig } from '../run/index.js';
import { availableMemory } from './available-memory.js';

/** A run's configuration, with its network. */
export type RunSizes = Pick<RunConfig, 'recipe' | 'data'> & {
  readonly model: NetworkSpec;
  /** Bytes of decoded tiles that are kept. */
  readonly kept?: number;
};

/** Estimate of the memory a run takes at most, in bytes. */
export function runBytes({ model, recipe, data, kept = 0 }: RunSizes, target: Target): number {
  return kept + trainingBytes({ spec: model, recipe, tileSize: data.tileSize }, target);
}

/**
 * Refuses a run that would take more memory than there is (`needed`: its `runBytes`), or `atOnce` of them, before hours are
 * lost when the system ends it. Never changes the run by itself: what is run at once is part of its recipe.
 *
 * @throws InputError with the estimate, what is available, and for a new run the flags that make it fit.
 */
export function requireMemory(
  config: RunSizes,
  needed: number,
  target: Target,
  {
    resumed,
    atOnce = 1,
    available = availableMemory(),
  }: { resumed: boolean; atOnce?: number; available?: number },
): void {
  if (atOnce * needed <= available) return;
  if (needed <= available)
    throw new InputError({
      path: '--at-once',
      problem: `${atOnce} trainings at once take about ${gibibytes(atOnce * needed)} of memory, and ${gibibytes(available)} are available`,
      expected: `at most ${Math.floor(available / needed)}`,
      hint: 'Close other programs. --no-memory-check trains all the same',
    });
  const smaller = resumed ? undefined : smallerRun(config, target, available);
  const flags = config.model.architecture === 'onnx' ? '--crop' : '--crop, --base or --depth';
  const advice = resumed
    ? 'Go on with it on a larger machine, or close other programs'
    : smaller === undefined
      ? `Lower ${flags}, or close other programs`
      : `${smaller.flags} takes about ${gibibytes(smaller.bytes)}`;
  throw new InputError({
    problem: `training so takes about ${gibibytes(needed)} of memory, and ${gibibytes(available)} are available`,
    hint: `${advice}. --no-memory-check trains all the same`,
  });
}

/** The first change that makes it fit: fewer squares at once, then smaller ones, then a smaller net. */
function smallerRun(
  config: RunSizes,
  target: Target,
  available: number,
): { flags: string; bytes: number } | undefined {
  const { model, recipe } = config;
  const micro = divisors(recipe.batch).filter((size) => size < recipe.microBatch);
  const multiple = sizeMultiple(model);
  const crops = halvings(recipe.crop / multiple).map((blocks) => blocks * multiple);
  const one = { ...recipe, microBatch: 1 };
  const alone = recipe.microBatch > 1 ? '--micro-batch 1 ' : '';
  const candidates: readonly (readonly [string, RunSizes])[] = [
    ...micro.map((microBatch): [string, RunSizes] => [
      `--micro-batch ${microBatch}`,
      { ...config, recipe: { ...recipe, microBatch } },
    ]),
    ...crops.map((crop): [string, RunSizes] => [
      `${alone}--crop ${crop}`,
      { ...config, recipe: { ...one, crop } },
    ]),
    ...(model.architecture === 'onnx' ? [] : halvings(model.base)).map(
      (base): [string, RunSizes] => [
        `${alone}--base ${base}`,
        { ...config, recipe: one, model: { ...model, base } as NetworkSpec },
      ],
    ),
  ];
  for (const [flags, candidate] of candidates) {
    const bytes = runBytes(candidate, target);
    if (bytes <= available) return { flags, bytes };
  }
  return undefined;
}

/** From the largest. */
function divisors(count: number): number[] {
  return Array.from({ length: count }, (_, i) => count - i).filter((size) => count % size === 0);
}

/** n/2, n/4 … 1, rounded down. */
function halvings(n: number): number[] {
  const half = Math.floor(n / 2);
  return half < 1 ? [] : [half, ...halvings(half)];
}

/** `3.1 GiB`. */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
