import { methodDefaults } from '@vascula/core';
import { Command } from 'commander';
import { dataHelp } from './data-flags.js';
import { isOnnxPath } from './flags.js';
import { onnxFlags } from './onnx-flags.js';
import { givenMethod, idleRecipeFlag, recipeHelp } from './recipe-flags.js';
import type { Terminal } from './terminal.js';
import { addTrainFlags, newRunFlags, ownNetworkFlags, type TrainFlags } from './train-flags.js';

/** `vascula train DIR -o RUN` and `vascula train --resume RUN`. */
export function trainCommand(terminal: Terminal): Command {
  const command = new Command('train')
    .description('Train a network on the labelled tiles of a dataset folder.')
    .argument('[dir]', 'dataset folder; with --resume only where it has moved');
  const isGiven = (flag: string) => command.getOptionValueSource(flag) === 'cli';
  const nameOf = (flag: string) =>
    command.options.find((option) => option.attributeName() === flag)?.long;
  return addTrainFlags(command)
    .addHelpText(
      'after',
      `${dataHelp}

Presets:
  quick     a small network on squares of 256 pixels: minutes on a processor
  notebook  the source notebook's network and schedule on whole tiles: hours on a processor
  auto      what vascula plan would plan for the dataset, in --minutes (60): printed with reasons, then trained
${recipeHelp}

--fold 1/5, 2/5 … 5/5 with the same --split and --seed are five runs in which every tile is validated
on once: at random, with whole slides in a fold (--split slide), or with one strip of each slide
(--split position).

--augmentation strong adds free rotation, scale, elastic deformation, stains and light to the notebook's flips
and turns; vascula augment shows what it does. Tiles that repeat another are left out (--duplicates keep).
--folds 5 trains all of them into RUN/fold-1 to RUN/fold-5, then scores every tile by the fold that was
not trained on it (RUN/metrics.json). --resume RUN goes on where it stopped, in the middle of a fold too.
--at-once 2 trains two of them at a time on half of the threads each: often faster than all threads on one, and
twice the memory.

--from OTHER begins with another run's best weights, --train-datasets and --validation-datasets choose the
tiles of each side: first the weak labels of dataset 2, then the reviewed ones of dataset 1. Parted by the
same --split, --seed and --fold, no tile that the first run was trained on is validated on by the second.

A network from FILE.onnx, exported from PyTorch for one, is fine-tuned with a quarter of the preset's learning
rate; docs/finetuning.md says how to export it and which operators can be trained. What is assumed of it, and what
of it is trained, is printed first; vascula model FILE.onnx prints that alone.

The run's folder holds config.json, split.json, history.jsonl, checkpoints/, model.onnx, metrics.json, and of a
network from a file source.onnx, its copy.
The first Ctrl-C finishes the step and saves, the second stops at once.

Examples:
  $ vascula train hubmap -o runs/first --epochs 10 --split position
  $ vascula train --resume runs/first --epochs 20
  $ vascula train hubmap --plan plan.json -o runs/planned --epochs 10
  $ vascula train hubmap -o folds/first --folds 4 --split slide
  $ vascula train hubmap -o runs/weak --train-datasets 2 --validation-datasets 1
  $ vascula train hubmap -o runs/fine --train-datasets 1 --validation-datasets 1 --from runs/weak
  $ vascula train drive --images 'images/*.tif' --masks '1st_manual/*.gif' --roi 'mask/*.gif' -o runs/drive
  $ vascula train hubmap -o runs/tuned --model resnet34.onnx --freeze 'encoder.*'`,
    )
    .action(async (dir: string | undefined, flags: TrainFlags) => {
      if (flags.resume === undefined) {
        if (dir === undefined) command.error("error: missing required argument 'dir'");
        if (flags.output === undefined)
          command.error("error: required option '-o, --output <run>' not specified");
        const own = ownNetworkFlags.find(isGiven);
        const file = onnxFlags.find(isGiven);
        if (isOnnxPath(flags.model) && own !== undefined)
          command.error(`error: ${nameOf(own)} describes unet and fcn, not a network from a file`);
        if (!isOnnxPath(flags.model) && file !== undefined)
          command.error(`error: ${nameOf(file)} is for --model FILE.onnx`);
        const isPlanned = flags.plan !== undefined || flags.preset === 'auto';
        if (isPlanned && isOnnxPath(flags.model))
          command.error('error: a plan is for unet, not for a network from a file');
        if (isGiven('minutes') && flags.preset !== 'auto')
          command.error('error: --minutes does nothing without --preset auto');
        // Of a planned training the plan has to be known first.
        const idle = isPlanned
          ? undefined
          : idleRecipeFlag(isGiven, { ...methodDefaults, ...givenMethod(flags) });
        if (idle !== undefined)
          command.error(`error: ${nameOf(idle.flag)} does nothing without ${idle.wants}`);
      } else {
        const given = newRunFlags.find(isGiven);
        if (given !== undefined)
          command.error(
            `error: ${nameOf(given)} describes a new run; --resume takes it from the run's folder`,
          );
      }
      // The engine and the image decoder load slowly: not before the command line is known to be good.
      const { holdsFolds } = await import('../folds/index.js');
      const isOfFolds =
        flags.resume === undefined ? flags.folds !== undefined : await holdsFolds(flags.resume);
      if (isGiven('atOnce') && !isOfFolds)
        command.error('error: --at-once is for the folds of a cross-validation, with --folds');
      if (isOfFolds) {
        const { trainFoldsHere } = await import('./train-folds-here.js');
        return trainFoldsHere(terminal, dir, flags, isGiven);
      }
      const { trainHere } = await import('./train-here.js');
      return trainHere(terminal, dir, flags, isGiven);
    });
}
