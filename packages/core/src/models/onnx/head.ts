import { float32, type Graph, int64, type Node, type Tensor } from '@vascula/autograd';
import type { OnnxConvention } from './convention.js';
import { lastNode } from './last-node.js';

/** Nodes and constants to be added behind a graph. */
export interface Head {
  readonly nodes: readonly Node[];
  readonly initialisers: ReadonlyMap<string, Tensor>;
}

/** Probabilities are kept this far from 0 and 1, where logits have no end. */
const margin = 1e-6;

/**
 * Makes `logits` [N, 1, H, W] of the output [N, C, H, W] of a graph, so that their sigmoid is the probability
 * the convention means:
 *
 * - `logits`: the channel;
 * - `softmax`: z_k - log sum over j != k of exp z_j, the log odds of the class;
 * - `probability`: log p - log(1 - p), or what stood before a Sigmoid or Softmax that made p: the loss is
 *   then exact where p has rounded to 0 or 1.
 *
 * @param channels C
 */
export function headOf(
  graph: Graph,
  { outputKind, outputChannel }: Pick<OnnxConvention, 'outputKind' | 'outputChannel'>,
  channels: number,
): Head {
  const initialisers = new Map<string, Tensor>();
  const nodes: Node[] = [];
  const add = (operator: string, inputs: string[], attributes: Node['attributes'] = {}): string => {
    const name = `onnx/head/${operator}#${nodes.length}`;
    nodes.push({ name, operator, domain: '', inputs, outputs: [name], attributes });
    return name;
  };
  const constant = (value: Tensor): string => {
    const name = `onnx/head/constant#${initialisers.size}`;
    initialisers.set(name, value);
    return name;
  };
  const channelsFrom = (value: string, start: number, end: number): string =>
    start === 0 && end === channels
      ? value
      : add('Slice', [value, ...[start, end, 1].map((n) => constant(int64([n])))]);
  const channelOf = (value: string) => channelsFrom(value, outputChannel, outputChannel + 1);

  const logOddsOfClass = (z: string): string => {
    const others: [start: number, end: number][] = [
      [0, outputChannel],
      [outputChannel + 1, channels],
    ];
    const parts = others.flatMap(([start, end]) =>
      start < end ? [channelsFrom(z, start, end)] : [],
    );
    const [only] = parts as [string];
    const rest =
      parts.length === 1 ? only : add('Concat', parts, { axis: { type: 'int', value: 1 } });
    if (channels === 2) return add('Sub', [channelOf(z), rest]);
    const keep = { type: 'int', value: 1 } as const;
    const most = add('ReduceMax', [rest], { axes: { type: 'ints', value: [1] }, keepdims: keep });
    const shifted = add('Exp', [add('Sub', [rest, most])]);
    const sum = add('ReduceSum', [shifted, constant(int64([1]))], { keepdims: keep });
    return add('Sub', [channelOf(z), add('Add', [most, add('Log', [sum])])]);
  };

  const output = graph.outputs[0]?.name as string;
  const last = lastNode(graph, output);
  const behind = last?.inputs[0] as string;
  const logits = (): string => {
    if (outputKind === 'logits') return channelOf(output);
    if (outputKind === 'softmax' && channels > 1) return logOddsOfClass(output);
    if (outputKind === 'softmax') return output;
    if (last?.operator === 'Sigmoid') return channelOf(behind);
    if (isSoftmaxOfChannels(last) && channels > 1) return logOddsOfClass(behind);
    const [low, high] = [margin, 1 - margin].map((limit) => constant(float32([], [limit])));
    const p = add('Clip', [channelOf(output), low as string, high as string]);
    const q = add('Sub', [constant(float32([], [1])), p]);
    return add('Sub', [add('Log', [p]), add('Log', [q])]);
  };
  const result = logits();
  const name = 'onnx/head/logits';
  nodes.push({
    name,
    operator: 'Identity',
    domain: '',
    inputs: [result],
    outputs: ['logits'],
    attributes: {},
  });
  return { nodes, initialisers };
}

/** Over axis 1 of [N, C, H, W]. */
function isSoftmaxOfChannels(node: Node | undefined): boolean {
  const axis = node?.attributes.axis?.value ?? -1;
  return node?.operator === 'Softmax' && (axis === 1 || axis === -3);
}
