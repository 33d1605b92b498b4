import type { RuleChoice } from '@vascula/core';
import type { Postprocessing, PostprocessingChoice } from '../run/index.js';
import type { RunCalibration } from './calibrate-run.js';

/** What is stored with a run of the rules chosen on it. */
export function storedChoices(
  { epoch, seed, tta, tiles, choices }: RunCalibration,
  version: string,
): Postprocessing {
  return {
    format: 'vascula postprocessing 1',
    version,
    epoch,
    seed,
    tta,
    tiles: tiles.map(({ tile }) => tile.id),
    choices: choices.map(storedChoice),
  };
}

function storedChoice(choice: RuleChoice): PostprocessingChoice {
  const { by, kept, rule, calibration, scores, outOfFold, slides } = choice;
  return {
    by,
    kept,
    rule,
    calibration,
    chosenOn: { notebook: scores.notebook[by] ?? 0, score: scores.chosen[by] ?? 0 },
    outOfFold,
    bySlide: slides.flatMap(({ dataset, source, tiles, own }) =>
      own?.used && own.outOfFold !== null
        ? [
            {
              dataset,
              source,
              tiles,
              ...own.outOfFold,
              rule: own.rule,
              calibration: own.calibration,
            },
          ]
        : [],
    ),
  };
}
