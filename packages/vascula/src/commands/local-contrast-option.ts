import { Option } from 'commander';
import { contrastSide } from './flags.js';

/** `--local-contrast SIDE`, of a network of ours. */
export function localContrastOption(): Option {
  return new Option(
    '--local-contrast <pixels>',
    'side of the window in which light and contrast are evened out, odd, or 0 for none',
  ).argParser(contrastSide);
}
