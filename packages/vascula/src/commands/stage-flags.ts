import { Option } from 'commander';
import { commaList } from './flags.js';

/** What makes a run one stage of several: the datasets of its tiles, and the run it begins from. */
export interface StageFlags {
  readonly trainDatasets?: readonly string[];
  readonly validationDatasets?: readonly string[];
  readonly from?: string;
}

/** Those flags: all describe a new run. */
export const newStageFlags = ['trainDatasets', 'validationDatasets', 'from'] as const;

export function trainDatasetsOption(): Option {
  return new Option(
    '--train-datasets <numbers>',
    'train on tiles of these datasets only, as 2 or 1,2 (default: all)',
  ).argParser(commaList);
}

export function validationDatasetsOption(): Option {
  return new Option(
    '--validation-datasets <numbers>',
    'validate on tiles of these datasets only (default: all)',
  ).argParser(commaList);
}

export function fromOption(): Option {
  return new Option(
    '--from <run>',
    "begin with the best weights of another run of the same network; with --folds of each fold's own",
  );
}
