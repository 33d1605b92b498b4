import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

/** A step function: flat everywhere but at its steps, so no gradient flows. */
export function rounding(name: string, compute: (x: number) => number): Operator {
  return {
    name,
    shape: (view) => [{ type: view.input(0).type, shape: view.input(0).shape }],
    gradient: () => [undefined],
    evaluate: elementwise(compute),
  };
}
