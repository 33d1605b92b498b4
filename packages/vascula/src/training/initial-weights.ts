import { resolve } from 'node:path';
import {
  convolutionsOf,
  firstParameters,
  InputError,
  type NetworkSpec,
  type ParameterSource,
  storedParameters,
  writeNormalisation,
} from '@vascula/core';
import {
  digestOf,
  type Origin,
  openRun,
  type Run,
  type RunConfig,
  readCheckpoint,
  requireInitialWeights,
  runFiles,
  trainedModel,
} from '../run/index.js';
import { type DuplicateTile, leakedTiles } from './duplicates.js';

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
 * The parameters that a run begins with: fresh ones, those of its ONNX file, or those it was given. Heads for deep
 * supervision are fresh where the other run had none.
 */
export async function startingParameters(
  { folder, config }: Run,
  spec: NetworkSpec,
): Promise<ParameterSource> {
  const first = firstParameters(spec, config.recipe.seed);
  if (config.from === null) return first;
  const path = await requireInitialWeights(folder, config.from);
  const { tensors } = await readCheckpoint(path);
  const stored = storedParameters(tensors, path);
  return (parameter) => (tensors.has(parameter.name) ? stored(parameter) : first(parameter));
}

/** What weights fit into; the momentum of batch normalisation may differ. */
const fields = [
  'architecture',
  'base',
  'depth',
  'kernel',
  'convolutions',
  'localContrast',
  'inputChannels',
  'classes',
] as const;

/** @throws InputError that names what differs */
export function requireSameNetwork(
  { source, origin }: InitialWeights,
  model: RunConfig['model'],
): void {
  const [theirs, own] = [source.config.model, model].map(structureOf) as [Structure, Structure];
  const differing = Object.keys(theirs.fields).filter(
    (field) => theirs.fields[field] !== own.fields[field],
  );
  if (differing.length === 0) return;
  const shown = ({ fields: own }: Structure) =>
    differing.flatMap((field) => (field in own ? `${field} ${own[field]}` : [])).join(', ');
  throw new InputError({
    path: '--from',
    problem: `${origin.run} has another network: ${shown(theirs)}`,
    expected: `as this run has it: ${shown(own)}`,
    hint: `Its own is ${theirs.flags}`,
  });
}

interface Structure {
  /** What weights fit into. */
  readonly fields: Readonly<Record<string, string | number>>;
  /** The flags that ask for it. */
  readonly flags: string;
}

function structureOf(model: RunConfig['model']): Structure {
  if (model.architecture === 'onnx') {
    const { architecture, sha256, file, output, outputChannel, outputKind, channelOrder } = model;
    const normalise = writeNormalisation(model.normalisation);
    return {
      fields: {
        architecture,
        'SHA-256': sha256,
        output,
        channel: outputChannel,
        kind: outputKind,
        'channel order': channelOrder,
        normalise,
      },
      flags:
        `--model ${file} --network-output ${output} --output-channel ${outputChannel} ` +
        `--output-kind ${outputKind} --channel-order ${channelOrder} --normalise ${normalise}`,
    };
  }
  const { localContrast = 0 } = model;
  const filled = { ...model, convolutions: convolutionsOf(model), localContrast };
  const { architecture, base, depth, kernel, convolutions } = filled;
  return {
    fields: Object.fromEntries(fields.map((field) => [field, filled[field]])),
    flags: `--model ${architecture} --base ${base} --depth ${depth} --kernel ${kernel} --convolutions ${convolutions} --local-contrast ${localContrast}`,
  };
}

/** Tiles that are listed where weights have seen them. */
const mostListed = 10;

/**
 * Sees that no tile to be validated on was trained on before, nor one with exactly its pixels.
 *
 * @throws InputError that lists those that were
 */
export function requireUnseen(
  { origin, source }: InitialWeights,
  seen: readonly string[],
  validation: readonly string[],
  duplicates: readonly DuplicateTile[],
): void {
  const both = leakedTiles({ train: seen, validation }, duplicates);
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
