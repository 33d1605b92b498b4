import { Option } from 'commander';
import { integerBetween } from './flags.js';

/** `--threads N`, the same wherever the engine runs. */
export function threadsOption(): Option {
  return new Option(
    '--threads <n>',
    'threads of the engine (default: as many as the machine has)',
  ).argParser(integerBetween(1, 256));
}
