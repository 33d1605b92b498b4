import {
  type CrossedCutoff,
  headlineLabels,
  type Interval,
  maskHeadlineNames,
} from '@vascula/core';

/** What a cutoff of the other folds' choice gives, in sentences. */
export function crossedCutoffSentences({ cutoffs, cutoff, scores }: CrossedCutoff): string[] {
  const shown = maskHeadlineNames.map((name) => {
    const { value, byTile, bySlide } = scores[name];
    const ranges = [...range('tile', byTile), ...range('slide', bySlide)].join(', ');
    return `${headlineLabels[name]} ${value?.toFixed(4) ?? '-'}${ranges === '' ? '' : ` (95 % ${ranges})`}`;
  });
  return [
    `At about the cutoff with the best pooled Dice of the other folds (${cutoffs.join(', ')}):`,
    `${shown.join('; ')}.`,
    `The best of all tiles, for images to come: --cutoff ${cutoff}.`,
  ];
}

function range(what: string, interval: Interval | null): string[] {
  return interval === null
    ? []
    : [`by ${what} ${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}`];
}
