import { resolve } from 'node:path';
import {
  convolutionsOf,
  InputError,
  initialParameters,
  type ModelSpec,
  type ParameterSource,
  storedParameters,
} from '@vascula/core';
import {
  digestOf,
  type Origin,
  openRun,
  type Run,
  readCheckpoint,
  requireInitialWeights,
  runFiles,
  trainedModel,
} from '../run/index.js';

/** Weights that a new run begins with: the best of another one. */
export interface InitialWeights {
  readonly origin: Origin;
  readonly source: Run;
}

/** Throws InputError where there is no such run, or it has no weights yet. */
export async function readInitialWeights(folder: string): Promise<InitialWeights> {
  const source = await openRun(folder);
  const { epoch } = await trainedModel(source);
  const digest = await digestOf(runFiles(folder).best);
  return { origin: { run: resolve(folder), epoch, digest }, source };
}

/**
 * The parameters that a run begins with: fresh ones, or those it was given. Heads for deep supervision are fresh
 * where the other run had none.
 */
export async function startingParameters({ folder, config }: Run): Promise<ParameterSource> {
  const fresh = initialParameters(config.recipe.seed);
  if (config.from === null) return fresh;
  const path = await requireInitialWeights(folder, config.from);
  const { tensors } = await readCheckpoint(path);
  const stored = storedParameters(tensors, path);
  return (parameter) => (tensors.has(parameter.name) ? stored(parameter) : fresh(parameter));
}

/** Tiles that weights were trained on, in their own run or one before it. */
export function seenBy({ source: { split } }: InitialWeights): string[] {
  return [...new Set([...split.train, ...split.earlier])].sort();
}

/** What weights fit into; the momentum of batch normalisation may differ. */
const fields = [
  'architecture',
  'base',
  'depth',
  'kernel',
  'convolutions',
  'inputChannels',
  'classes',
] as const;

/** @throws InputError that names what differs */
export function requireSameNetwork({ source, origin }: InitialWeights, model: ModelSpec): void {
  const filled = (spec: ModelSpec) => ({ ...spec, convolutions: convolutionsOf(spec) });
  const theirs = filled(source.config.model);
  const own = filled(model);
  const differing = fields.filter((field) => theirs[field] !== own[field]);
  if (differing.length === 0) return;
  const shown = (spec: typeof own) =>
    differing.map((field) => `${field} ${spec[field]}`).join(', ');
  const { architecture, base, depth, kernel, convolutions } = theirs;
  throw new InputError({
    path: '--from',
    problem: `${origin.run} has another network: ${shown(theirs)}`,
    expected: `as this run has it: ${shown(own)}`,
    hint: `Its own is --model ${architecture} --base ${base} --depth ${depth} --kernel ${kernel} --convolutions ${convolutions}`,
  });
}

/** Tiles that are listed where weights have seen them. */
const mostListed = 10;

/**
 * Sees that no tile to be validated on was trained on before.
 *
 * @throws InputError that lists those that were
 */
export function requireUnseen(
  { origin, source }: InitialWeights,
  seen: readonly string[],
  validation: readonly string[],
): void {
  const known = new Set(seen);
  const both = validation.filter((id) => known.has(id));
  if (both.length === 0) return;
  const more = both.length > mostListed ? ` and ${both.length - mostListed} more` : '';
  const { by, seed, trainFraction, fold } = source.config.split;
  const side = fold
    ? `--fold ${fold.number}/${fold.of}, or --folds ${fold.of} from the folder of all its folds`
    : `--train-fraction ${trainFraction}`;
  throw new InputError({
    path: '--from',
    problem:
      `${origin.run}, or a run before it, was trained on ${both.length} of the ${validation.length} tiles that would be ` +
      `validated on: ${both.slice(0, mostListed).join(', ')}${more}`,
    expected: 'tiles that the weights never saw, or the scores mean nothing',
    hint: `The same split keeps them apart: --split ${by} --seed ${seed} ${side}`,
  });
}
