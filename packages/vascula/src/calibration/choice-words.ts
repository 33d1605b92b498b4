import type { KeptValues, Objective, OutOfFold, RuleChoice } from '@vascula/core';
import { describeRule, objectiveNames } from '../rules/index.js';

/** What scores of objectives are. */
export const scoreNames: Readonly<Record<Objective, string>> = {
  iou: 'mean IoU a tile',
  ap: 'AP at IoU 0.6',
};

export const keptNames: Readonly<Record<KeptValues, string>> = {
  notebook: 'the rule of the notebook as it is',
  cutoff: 'the rule of the notebook at its best cutoff',
  all: 'the best of all values',
};

export function number(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** `gain 0.021 (95 %: 0.011 to 0.032)` */
export function gainWords({ gain, interval }: Pick<OutOfFold, 'gain' | 'interval'>): string {
  const sign = gain < 0 ? '' : '+';
  const range =
    interval === null ? '' : ` (95 %: ${number(interval.low)} to ${number(interval.high)})`;
  return `${sign}${number(gain)}${range}`;
}

/** A choice as lines of text. */
export function describeChoice(choice: RuleChoice): string[] {
  const { by, kept, rule, scores, outOfFold, slides } = choice;
  const own = slides.filter((slide) => slide.own?.used);
  return [
    `By ${objectiveNames[by]} (${scoreNames[by]}): ${keptNames[kept]}`,
    `  rule          ${describeRule(rule)}`,
    kept === 'notebook'
      ? `  these tiles   ${number(scores.notebook[by])}: what was chosen on them does no better on tiles left out`
      : `  these tiles   ${number(scores.chosen[by])}, the notebook's 0.8 ${number(scores.notebook[by])}: too good, for it was chosen on them`,
    outOfFold === null
      ? '  out of fold   –'
      : `  out of fold   ${number(outOfFold.score)}, the notebook's 0.8 ${number(outOfFold.notebook)}: ${gainWords(outOfFold)}, ${outOfFold.folds} folds`,
    ...own.map(
      ({ dataset, source, own }) =>
        `  slide ${`${dataset}/${source}`.padEnd(8)}${own === null ? '' : describeRule(own.rule)}`,
    ),
  ];
}
