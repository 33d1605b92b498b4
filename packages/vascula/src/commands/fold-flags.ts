import { Option } from 'commander';
import { foldCount } from './flags.js';

/** How many folds are trained one after the other. */
export interface FoldFlags {
  readonly folds?: number;
}

/** Flags of a cross-validation that describe new runs. */
export const newFoldFlags = ['folds'] as const;

export function foldsOption(): Option {
  return new Option(
    '--folds <k>',
    'train all k folds made by the split rule, one after the other: -o is then a folder of runs',
  )
    .argParser(foldCount)
    .conflicts(['fold', 'trainFraction']);
}
