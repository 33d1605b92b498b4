import { type CrossedCutoff, headlineLabels, maskHeadlineNames } from '@vascula/core';

/** What a cutoff of the other folds' choice gives, in sentences. */
export function crossedCutoffSentences({ cutoffs, cutoff, scores }: CrossedCutoff): string[] {
  const shown = maskHeadlineNames.map((name) => {
    const { value, byTile } = scores[name];
    const range =
      byTile === null
        ? ''
        : ` (95 % by tile ${byTile.low.toFixed(4)} to ${byTile.high.toFixed(4)})`;
    return `${headlineLabels[name]} ${value?.toFixed(4) ?? '-'}${range}`;
  });
  return [
    `At the cutoff with the best pooled Dice of the other folds (${cutoffs.join(', ')}):`,
    `${shown.join(', ')}.`,
    `The best of all tiles, for images to come: --cutoff ${cutoff}.`,
  ];
}
