import { Option } from 'commander';
import { oddBetween } from './flags.js';

export function localContrastOption(): Option {
  return new Option(
    '--local-contrast <pixels>',
    'side of the window in which light and contrast are evened out, odd (default: none)',
  ).argParser(oddBetween(3, 255));
}
