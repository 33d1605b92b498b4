import { type Command, Option } from 'commander';
import { presetNames } from '../training/presets.js';
import {
  type AugmentationFlags,
  addAugmentationFlags,
  addSamplingFlags,
  augmentationFlagNames,
  type SamplingFlags,
} from './augmentation-flags.js';
import { addDataFlags, type DataFlags, dataFlagNames } from './data-flags.js';
import { deviceOption, type EngineFlags } from './device-option.js';
import {
  foldOf,
  integerBetween,
  integerFrom,
  networkName,
  numberBetween,
  oddBetween,
  positiveNumber,
  probability,
} from './flags.js';
import { atOnceOption, type FoldFlags, foldsOption, newFoldFlags } from './fold-flags.js';
import { localContrastOption } from './local-contrast-option.js';
import { minutesOption } from './minutes-option.js';
import { addOnnxFlags, type OnnxFlags, onnxFlags } from './onnx-flags.js';
import { addRecipeFlags, type RecipeFlags, recipeFlags } from './recipe-flags.js';
import {
  fromOption,
  newStageFlags,
  type StageFlags,
  trainDatasetsOption,
  validationDatasetsOption,
} from './stage-flags.js';
import { threadsOption } from './threads-option.js';

export interface TrainFlags
  extends EngineFlags,
    DataFlags,
    FoldFlags,
    StageFlags,
    OnnxFlags,
    RecipeFlags,
    AugmentationFlags,
    SamplingFlags {
  readonly output?: string;
  readonly resume?: string;
  readonly preset: 'quick' | 'notebook' | 'auto';
  readonly plan?: string;
  readonly minutes?: number;
  /** A network of ours, or the path of an ONNX file. */
  readonly model: string;
  readonly base?: number;
  readonly depth?: number;
  readonly kernel?: number;
  readonly convolutions?: number;
  readonly localContrast?: number;
  readonly crop?: number;
  readonly batch?: number;
  readonly microBatch?: number;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly learningRateDecay?: number;
  readonly negativeWeight?: number;
  readonly cutoff?: number;
  readonly seed: number;
  readonly split: 'random' | 'slide' | 'position';
  readonly trainFraction: number;
  readonly fold?: { readonly number: number; readonly of: number };
  readonly memoryCheck: boolean;
  readonly json?: true;
}

/** Flags that describe a new run: a resumed one has all of them in its folder. */
export const newRunFlags = [
  'output',
  ...dataFlagNames,
  'preset',
  'plan',
  'minutes',
  'model',
  'base',
  'depth',
  'kernel',
  'convolutions',
  'localContrast',
  ...onnxFlags,
  'crop',
  'batch',
  'microBatch',
  'learningRate',
  'learningRateDecay',
  'negativeWeight',
  'cutoff',
  'seed',
  'split',
  'trainFraction',
  'fold',
  ...newFoldFlags,
  ...newStageFlags,
  ...recipeFlags,
  ...augmentationFlagNames,
] as const;

/** Flags that describe a network of ours alone. */
export const ownNetworkFlags = [
  'base',
  'depth',
  'kernel',
  'convolutions',
  'localContrast',
] as const;

export function addTrainFlags(command: Command): Command {
  const seed = integerBetween(0, 2 ** 32 - 1);
  addDataFlags(command, 'folder');
  command
    .option('-o, --output <run>', 'folder of the run: new, or empty')
    .option(
      '--resume <run>',
      'go on with this run; of the other flags only --epochs, --at-once, --device, --threads, --no-memory-check and --json',
    )
    .addOption(
      new Option('--preset <name>', 'recipe').choices([...presetNames, 'auto']).default('quick'),
    )
    .addOption(
      new Option('--plan <file>', 'recipe of vascula plan; flags beside it go before').conflicts(
        'preset',
      ),
    )
    .addOption(minutesOption())
    .option('--model <name>', 'network: unet, fcn, or FILE.onnx to fine-tune', networkName, 'unet')
    .option('--base <n>', "channels of the network's first level", integerBetween(1, 1024))
    .option('--depth <n>', 'levels of resolution', integerBetween(2, 8))
    .option('--kernel <n>', 'side of the convolutions, odd', oddBetween(1, 15))
    .option('--convolutions <n>', 'convolutions a level', integerBetween(1, 8))
    .addOption(localContrastOption());
  addOnnxFlags(command)
    .option('--crop <pixels>', 'side of the squares trained on', integerBetween(1, 8192))
    .option('--batch <n>', 'squares in a step', integerBetween(1, 1024))
    .option(
      '--micro-batch <n>',
      'squares of a step run at once: fewer take less memory (a divisor of the batch)',
      integerBetween(1, 1024),
    )
    .option('--epochs <n>', 'epochs in all', integerFrom(1))
    .option('--learning-rate <x>', 'learning rate in the first epoch', positiveNumber)
    .option(
      '--learning-rate-decay <x>',
      "what each epoch's learning rate is of the one before",
      numberBetween(0.01, 1),
    )
    .option(
      '--negative-weight <x>',
      'weight of the loss over negative pixels in --loss balanced',
      numberBetween(0, 1e6),
    );
  addRecipeFlags(command)
    .option('--cutoff <p>', 'probability above which a pixel is vessel', probability)
    .option('--seed <k>', 'same seed, same run', seed, 0)
    .addOption(
      new Option('--split <rule>', 'what validation is kept apart by')
        .choices(['random', 'slide', 'position'])
        .default('random'),
    )
    .option('--train-fraction <x>', 'share of the tiles trained on', numberBetween(0.01, 0.99), 0.8)
    .addOption(
      new Option(
        '--fold <i/k>',
        'validate on the i-th of k folds made by the split rule, train on the others',
      )
        .argParser(foldOf)
        .conflicts('trainFraction'),
    )
    .addOption(foldsOption())
    .addOption(atOnceOption())
    .addOption(trainDatasetsOption())
    .addOption(validationDatasetsOption())
    .addOption(fromOption());
  addAugmentationFlags(command);
  addSamplingFlags(command);
  return command
    .addOption(deviceOption("cpu, the same bits every time; with --resume the run's"))
    .addOption(threadsOption())
    .option('--no-memory-check', 'train even if the memory available seems too little')
    .option('--json', 'print one JSON document');
}
