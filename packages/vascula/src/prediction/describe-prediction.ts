import type { PredictionRecord } from './run-predictor.js';

/** How probabilities were made, where it is not one network on images as they are; a sentence each. */
export function describePrediction({
  runs = [],
  tta,
  images,
}: Pick<PredictionRecord, 'tta' | 'images'> & Partial<Pick<PredictionRecord, 'runs'>>): string[] {
  const names = runs.map(({ folder, epoch }) => `${folder} (epoch ${epoch})`);
  const { exact, blended } = images;
  const counted = (count: number) => (count === 1 ? '1 image was' : `${count} images were`);
  return [
    runs.length > 1 && `Probabilities are means of ${runs.length} runs: ${names.join(', ')}.`,
    tta !== 'none' &&
      `Probabilities are means over ${tta === 'flips' ? 'four mirrorings' : 'eight mirrorings and turns'} of the image.`,
    exact > 0 && `${counted(exact)} predicted in windows, to the same numbers as at once.`,
    blended > 0 &&
      `${counted(blended)} predicted in windows that were averaged, since they share less than twice what the network sees: the numbers differ from those of the whole image, most near the windows' borders.`,
  ].filter((line) => line !== false);
}
