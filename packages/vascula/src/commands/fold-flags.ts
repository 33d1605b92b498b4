import { Option } from 'commander';
import { foldCount, integerBetween } from './flags.js';

/** How many folds are trained, and how many of them at once. */
export interface FoldFlags {
  readonly folds?: number;
  readonly atOnce: number;
}

/** Flags of a cross-validation that describe new runs. */
export const newFoldFlags = ['folds'] as const;

export function foldsOption(): Option {
  return new Option(
    '--folds <k>',
    'train all k folds made by the split rule: -o is then a folder of runs',
  )
    .argParser(foldCount)
    .conflicts(['fold', 'trainFraction']);
}

export function atOnceOption(): Option {
  return new Option('--at-once <n>', 'folds trained at once, which share the threads')
    .argParser(integerBetween(1, 256))
    .default(1);
}
