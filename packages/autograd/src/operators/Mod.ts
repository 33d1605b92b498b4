import { binaryShape } from './broadcast.js';
import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

/** The rest of a division: with the sign of the divisor, or of the dividend where fmod is 1. */
export const Mod: Operator = {
  name: 'Mod',
  attributes: { fmod: 'int' },
  shape: binaryShape,
  evaluate: (view, types) => {
    const rest =
      view.int('fmod', 0) === 1
        ? (a: number, b: number) => a % b
        : (a: number, b: number) => a - b * Math.floor(a / b);
    return elementwise((a, b) => rest(a as number, b as number))(view, types);
  },
};
