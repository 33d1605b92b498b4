import { elementCount } from '@vascula/autograd';
import type { metadataKeys, Origin, ResolvedConvention } from './convention.js';
import { type Normalisation, writeNormalisation } from './normalisation.js';
import type { OnnxSpec } from './open-onnx.js';
import type { FoundParameter } from './parameters.js';

const flags: Readonly<Record<keyof typeof metadataKeys, string>> = {
  output: '--network-output',
  outputChannel: '--output-channel',
  outputKind: '--output-kind',
  channelOrder: '--channel-order',
  normalisation: '--normalise',
};

/**
 * How a network from a file is fed and read, in lines for a person. Each part says where it comes from, and
 * what is only assumed how to say otherwise.
 */
export function describeOnnx(spec: OnnxSpec, origins: ResolvedConvention['origins']): string[] {
  const { output, outputChannel, outputKind, outputChannels, channelOrder, normalisation } = spec;
  const from = (part: keyof typeof metadataKeys): string => {
    const words: Record<Origin, string> = {
      given: '',
      found: '',
      metadata: " (by the file's metadata)",
      assumed: ` (assumed: ${flags[part]} says otherwise)`,
    };
    return words[origins[part]];
  };
  const several = outputChannels > 1;
  const kinds = {
    logits: several ? 'logits, each channel by itself' : 'logits',
    softmax: several ? 'logits of classes that exclude each other' : 'logits',
    probability: 'a probability',
  };
  const [all, frozen] = [norms(spec).length, frozenNorms(spec).size];
  return [
    `image     ${channelOrder.toUpperCase()}${from('channelOrder')}, ` +
      `${scaling(normalisation)}${from('normalisation')}`,
    `output    ${output}${several ? `, channel ${outputChannel} of ${outputChannels}` : ''}: ` +
      `${kinds[outputKind]}${from('outputKind')}`,
    `sizes     ${spec.sizeMultiple === 1 ? 'any' : `multiples of ${spec.sizeMultiple}`}` +
      `${spec.batches ? '' : ', one image at a time'}`,
    `trained   ${total(spec, true)}`,
    `frozen    ${total(spec, false)}`,
    ...(all > 0
      ? [`norms     ${all} batch norms, ${frozen} of them frozen: those stay in inference form`]
      : []),
  ];
}

/**
 * Every parameter in a line: whether it changes in training, its name, its shape; and of one that the exporter
 * named, since it had folded a batch norm into it, the node that reads it.
 */
export function listParameters(spec: OnnxSpec): string[] {
  const frozen = frozenNorms(spec);
  const rows = spec.parameters.map(({ name, shape, role, trainable, readers }) => {
    const [reader = ''] = readers;
    const observed = isStatistic(role) && !frozen.has(reader);
    const state = trainable ? 'trained' : observed ? 'observed' : 'frozen';
    const isNamed = !/^(onnx::|\d+$)/.test(name);
    return [state, name, `[${shape.join(', ')}]`, isNamed ? '' : reader];
  });
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => (row[at] as string).length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function scaling(normalisation: Normalisation): string {
  const name = writeNormalisation(normalisation);
  const ranges: Readonly<Record<string, string>> = {
    none: '0 to 255',
    unit: 'scaled to 0 to 1',
    symmetric: 'scaled to -1 to 1',
  };
  if (Object.hasOwn(ranges, name)) return ranges[name] as string;
  const { mean, std } = normalisation;
  const formula = `(x / 255 - mean) / std with mean ${mean.join(', ')} and std ${std.join(', ')}`;
  return name === 'imagenet' ? `scaled as ImageNet: ${formula}` : formula;
}

const isStatistic = (role: FoundParameter['role']) => role === 'mean' || role === 'variance';

function total({ parameters }: OnnxSpec, trained: boolean): string {
  const some = parameters.filter(
    ({ role, trainable }) => trainable === trained && !isStatistic(role),
  );
  const values = some.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const number = (n: number) => n.toLocaleString('en-US');
  return some.length === 0
    ? 'nothing'
    : `${number(some.length)} parameter${some.length === 1 ? '' : 's'}, ${number(values)} numbers`;
}

function norms({ graph }: OnnxSpec) {
  return graph.nodes.filter(({ operator }) => operator === 'BatchNormalization');
}

/** Names of the batch norms of which neither scale nor shift is trained. */
function frozenNorms(spec: OnnxSpec): ReadonlySet<string> {
  const trained = new Set(spec.parameters.filter((p) => p.trainable).map(({ name }) => name));
  const frozen = norms(spec).filter(({ inputs: [, scale = '', shift = ''] }) =>
    [scale, shift].every((name) => !trained.has(name)),
  );
  return new Set(frozen.map(({ name }) => name));
}
