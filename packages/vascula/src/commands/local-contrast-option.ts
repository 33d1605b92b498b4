import { contrastSides } from '@vascula/core';
import { InvalidArgumentError, Option } from 'commander';

const [least, most] = contrastSides;

/** `--local-contrast SIDE`, of a network of ours. */
export function localContrastOption(): Option {
  return new Option(
    '--local-contrast <pixels>',
    'side of the window in which light and contrast are evened out, odd, or 0 for none',
  ).argParser((text) => {
    const side = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (side === 0 || (side >= least && side <= most && side % 2 === 1)) return side;
    throw new InvalidArgumentError(`Expected 0 or an odd number from ${least} to ${most}.`);
  });
}
