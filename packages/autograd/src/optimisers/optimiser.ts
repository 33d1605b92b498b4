import type { GraphBuilder } from '../builder.js';
import type { Value } from '../operators/operator.js';

/**
 * An optimiser as graph nodes. Weights, gradient, slots and constants are flat vectors of one
 * length; slots start at zero.
 */
export interface Optimiser {
  /** Names of its memory, such as a running mean of the gradient. */
  readonly slots: readonly string[];
  /** Names of vectors that it reads and leaves as they are, such as which weights decay. */
  readonly constants?: readonly string[];
  /** Names of the scalars that `scalars` gives for each step. */
  readonly scalarNames: readonly string[];
  /** The step's scalars, computed in float64: `step` counts from 1. */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>;
  update(
    g: GraphBuilder,
    state: {
      readonly weights: Value;
      readonly gradient: Value;
      readonly slots: Readonly<Record<string, Value>>;
      readonly constants: Readonly<Record<string, Value>>;
      readonly scalars: Readonly<Record<string, Value>>;
    },
  ): { readonly weights: Value; readonly slots: Readonly<Record<string, Value>> };
}
