import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

/** The other truth value. */
export const Not: Operator = {
  name: 'Not',
  shape: (view) => [{ type: 'bool', shape: view.input(0).shape }],
  evaluate: elementwise((x) => Number(x === 0)),
};
