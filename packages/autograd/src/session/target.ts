/**
 * What the place where a graph runs does well: passes choose their forms by it, and never change a
 * result beyond rounding by that choice. It is a fact about the machine, found by a probe that gives
 * the same answer every time, so that two runs on one machine compute the same bits.
 */
export interface Target {
  /** Channels in a block of the runtime's blocked convolution (NCHWc); undefined where it has none. */
  readonly channelBlock: number | undefined;
}

/** Standard operators only: what any runtime runs. */
export const plainTarget: Target = { channelBlock: undefined };
