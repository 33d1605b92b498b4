import { elementwiseShape } from './broadcast.js';
import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

/** An operator of two inputs that says true or false of each pair of elements. */
export function comparison(name: string, holds: (a: number, b: number) => boolean): Operator {
  return {
    name,
    shape: (view) => elementwiseShape(view).map(({ shape }) => ({ type: 'bool', shape })),
    evaluate: elementwise((a, b) => Number(holds(a as number, b as number))),
  };
}
