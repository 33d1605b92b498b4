import type { OnnxFile } from '@vascula/autograd';
import { InputError } from '../../errors.js';
import { lastNode } from './last-node.js';
import { type Normalisation, normalisationNames, readNormalisation } from './normalisation.js';

export const channelOrders = ['rgb', 'bgr'] as const;
export type ChannelOrder = (typeof channelOrders)[number];

/** What the numbers of a network's output are: see `OnnxConvention`. */
export const outputKinds = ['logits', 'softmax', 'probability'] as const;
export type OutputKind = (typeof outputKinds)[number];

/** How a network from an ONNX file is fed and read, and what of it is trained. Plain JSON. */
export interface OnnxConvention {
  /** The graph's output that is read. */
  readonly output: string;
  /** Which of its channels is vessel, from 0. */
  readonly outputChannel: number;
  /**
   * `logits`: each channel by itself; `softmax`: logits of classes that exclude each other; `probability`: 0
   * to 1 (a Sigmoid or Softmax at the end is taken off for the loss).
   */
  readonly outputKind: OutputKind;
  /** Order of the channels of its input. */
  readonly channelOrder: ChannelOrder;
  /** (x / 255 - mean) / std is fed, for each channel in the network's order. */
  readonly normalisation: Normalisation;
  /** Patterns of parameters that stay as they are (`freezePattern`). */
  readonly freeze: readonly string[];
}

/** What the user said of a file; what is left out is in the file's metadata, or assumed. */
export interface OnnxWishes {
  readonly output?: string | undefined;
  readonly outputChannel?: number | undefined;
  readonly outputKind?: OutputKind | undefined;
  readonly channelOrder?: ChannelOrder | undefined;
  readonly normalisation?: Normalisation | undefined;
  readonly freeze: readonly string[];
}

/** Where a part of a convention comes from, to be told to the user. */
export type Origin = 'given' | 'metadata' | 'found' | 'assumed';

/** Keys of a file's metadata (`metadata_props`) that say what flags say. */
export const metadataKeys = {
  output: 'vascula.network-output',
  outputChannel: 'vascula.output-channel',
  outputKind: 'vascula.output-kind',
  channelOrder: 'vascula.channel-order',
  normalisation: 'vascula.normalise',
} as const;

export interface ResolvedConvention {
  readonly convention: OnnxConvention;
  readonly origins: Readonly<Record<keyof typeof metadataKeys, Origin>>;
}

/**
 * The convention of a file: what the user says, else its metadata, else what its graph shows, else what
 * networks of PyTorch mostly do (RGB, ImageNet's normalisation).
 *
 * @throws InputError for an output that is not there or has to be named, and for metadata out of range.
 */
export function resolveConvention(
  { graph, metadata }: OnnxFile,
  wishes: OnnxWishes,
  path: string,
): ResolvedConvention {
  const origins: Record<string, Origin> = {};
  const choose = <Value>(
    name: keyof typeof metadataKeys,
    given: Value | undefined,
    parse: (text: string) => Value | undefined,
    expected: string,
    otherwise: () => { value: Value; origin: Origin },
  ): Value => {
    const text = metadata[metadataKeys[name]];
    if (given !== undefined) origins[name] = 'given';
    else if (text !== undefined) origins[name] = 'metadata';
    if (given !== undefined) return given;
    if (text === undefined) {
      const { value, origin } = otherwise();
      origins[name] = origin;
      return value;
    }
    const value = parse(text);
    if (value === undefined) {
      const field = `metadata ${metadataKeys[name]}`;
      throw new InputError({ path, field, problem: `is "${text}"`, expected });
    }
    return value;
  };
  const oneOf =
    <Value extends string>(values: readonly Value[]) =>
    (text: string) =>
      values.find((value) => value === text);

  const names = graph.outputs.map(({ name }) => name);
  const output = choose(
    'output',
    wishes.output,
    (text) => text,
    '',
    () => {
      const [only, ...others] = names;
      if (only === undefined || others.length > 0)
        throw new InputError({
          path,
          problem: `has ${names.length} outputs: ${names.join(', ')}`,
          expected: 'the one to train, named with --network-output',
        });
      return { value: only, origin: 'found' };
    },
  );
  if (!names.includes(output))
    throw new InputError({
      path,
      problem: `has no output "${output}"`,
      expected: names.map((name) => `"${name}"`).join(' or '),
    });
  const last = lastNode(graph, output)?.operator ?? '';
  const isProbability = last === 'Sigmoid' || last === 'Softmax';
  const channels = graph.outputs.find(({ name }) => name === output)?.shape[1];
  const convention: OnnxConvention = {
    output,
    outputChannel: choose(
      'outputChannel',
      wishes.outputChannel,
      (text) => (/^\d+$/.test(text) ? Number(text) : undefined),
      'a whole number, 0 or more',
      () => ({ value: 0, origin: 'assumed' }),
    ),
    outputKind: choose(
      'outputKind',
      wishes.outputKind,
      oneOf(outputKinds),
      outputKinds.join(', '),
      () =>
        isProbability
          ? { value: 'probability', origin: 'found' }
          : // Several maps of logits mostly exclude each other.
            { value: channels === 1 ? 'logits' : 'softmax', origin: 'assumed' },
    ),
    channelOrder: choose(
      'channelOrder',
      wishes.channelOrder,
      oneOf(channelOrders),
      channelOrders.join(' or '),
      () => ({ value: 'rgb', origin: 'assumed' }),
    ),
    normalisation: choose(
      'normalisation',
      wishes.normalisation,
      readNormalisation,
      `${normalisationNames.join(', ')}, or six numbers MEAN/STD such as 0.5,0.5,0.5/0.25,0.25,0.25`,
      () => ({ value: readNormalisation('imagenet') as Normalisation, origin: 'assumed' }),
    ),
    freeze: wishes.freeze,
  };
  if (isProbability && convention.outputKind !== 'probability')
    throw new InputError({
      path: '--output-kind',
      problem: `${convention.outputKind}, but ${last} makes the output of ${path}`,
      expected: 'probability',
    });
  return { convention, origins: origins as ResolvedConvention['origins'] };
}
