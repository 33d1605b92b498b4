import type { PlainAttributes } from '../../../attributes.js';
import type { GraphBuilder, Operand } from '../../../builder.js';
import { type Graph, operatorKey } from '../../../graph.js';
import type { Value } from '../../../operators/operator.js';

/** Domain of ONNX Runtime's operators over channel blocks. */
export const domain = 'com.microsoft.nchwc';

/**
 * Which values of a graph under rewriting exist in channel blocks too. A form that makes a blocked
 * value gives the plain one, which nobody may need (`prune` drops it then), and remembers both: the
 * next form over blocks starts from there.
 */
export class BlockedValues {
  private readonly twins = new Map<string, Value>();
  private readonly activated = new Map<string, (activation: string) => Value>();
  private readonly readers = new Map<string, string[]>();

  constructor(
    /** Channels in a block. */
    readonly block: number,
    graph: Graph,
  ) {
    const read = (name: string, by: string) =>
      this.readers.set(name, [...(this.readers.get(name) ?? []), by]);
    for (const { operator, domain, inputs } of graph.nodes)
      for (const name of inputs) read(name, operatorKey(operator, domain));
    for (const { name } of graph.outputs) read(name, 'output');
  }

  /** Whether that many channels fill their blocks. */
  fits(...channels: readonly number[]): boolean {
    return channels.every((count) => count % this.block === 0);
  }

  /** Operators by which the graph before rewriting reads the value of that name. */
  readersOf(name: string): readonly string[] {
    return this.readers.get(name) ?? [];
  }

  /** The blocked twin, where the value has one already. */
  known(x: Value): Value | undefined {
    return this.twins.get(x.name);
  }

  /** x [N, C, H, W] in blocks; C must fill them. */
  blocked(g: GraphBuilder, x: Value): Value {
    return this.known(x) ?? g.apply('ReorderInput', [x], {}, { domain });
  }

  /** A convolution of blocked operands. */
  convolve(
    g: GraphBuilder,
    operands: readonly Operand[],
    attributes: PlainAttributes,
    name?: string,
  ): Value {
    const options = { domain, ...(name !== undefined && { name }) };
    const result = g.apply('Conv', operands, attributes, options);
    this.activated.set(result.name, (activation) =>
      g.apply('Conv', operands, { ...attributes, activation }, options),
    );
    return result;
  }

  /** That convolution again, with an activation of its result; undefined for any other blocked value. */
  withActivation(blocked: Value, activation: string): Value | undefined {
    return this.activated.get(blocked.name)?.(activation);
  }

  /** The plain value of a blocked one. */
  plain(g: GraphBuilder, blocked: Value): Value {
    const channels = blocked.shape[1] as number;
    const value = g.apply('ReorderOutput', [blocked], { channels }, { domain });
    this.twins.set(value.name, blocked);
    return value;
  }
}
