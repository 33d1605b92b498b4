import { Option } from 'commander';
import { positiveNumber } from './flags.js';

/** `--minutes N`: what a plan may take to train. */
export function minutesOption(): Option {
  return new Option('--minutes <n>', 'time to train that is planned for (default: 60)').argParser(
    positiveNumber,
  );
}
