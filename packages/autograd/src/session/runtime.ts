import type { Graph } from '../graph.js';
import type { Tensor } from '../tensor.js';
import type { Target } from './target.js';

export type Tensors = Readonly<Record<string, Tensor>>;

/** What a state entry begins with: a tensor, or zeros where there is only its shape. */
export type StateValue = Tensor | (Pick<Tensor, 'type' | 'shape'> & { readonly data?: undefined });

export interface WriteOptions {
  /** The values' memory goes to the runtime, where it need not be copied: their arrays are then empty. */
  readonly move?: boolean;
}

/** A graph ready to run. */
export interface Program {
  /**
   * Runs the graph: feeds for its inputs by name, gives its outputs by name. Where the runtime holds
   * state, inputs named as a state entry are fed from there, and outputs `next/NAME` go back there.
   * Rejects, and leaves the state as it was, where a feed is no input or an input has neither feed nor
   * state. The state also stays where an output beside it holds a number that is not finite: a step
   * whose loss is NaN must not reach the weights. Two entries are written as the run goes:
   * one that the graph does not read and joins of parts (a gradient), and those of a graph that does
   * nothing but change vectors number by number (an optimiser's update); where such a run fails halfway
   * they hold numbers of both.
   */
  run(feeds: Tensors): Promise<Tensors>;
}

/**
 * Where graphs run: one place with one set of state tensors that all its programs share, so a
 * training step and a validation pass see the same weights, and nothing is copied between steps.
 */
export interface Runtime {
  /** What graphs are lowered for before they are loaded. */
  readonly target: Target;
  /** Prepares a graph. Sessions are costly and leak a little in the runtime below: load once, keep. */
  load(graph: Graph): Promise<Program>;
  /** Creates or replaces state tensors. */
  writeState(values: Readonly<Record<string, StateValue>>, options?: WriteOptions): Promise<void>;
  /** Copies of the named state tensors. */
  readState(names: readonly string[]): Promise<Tensors>;
  /** Ends the runtime once everything asked before is done; requests made later reject. */
  close(): Promise<void>;
}

/** Prefix of an output that becomes the state entry of the name behind it. */
export const nextPrefix = 'next/';
