import {
  type AugmentationName,
  augmentationPresets,
  type PlainPart,
  type StrengthPart,
} from '../augmentation/index.js';
import type { SplitRule } from '../splits/index.js';
import type { Sampling } from '../training/index.js';
import { type Choice, choice, counted, percent } from './choice.js';
import type { Fingerprint } from './fingerprint.js';

/** Probabilities of single parts over those of a named augmentation. */
export type PartProbabilities = { readonly [Part in PlainPart | StrengthPart]?: number };

export interface DataChoices {
  readonly split: Choice<SplitRule>;
  readonly trainFraction: Choice<number>;
  readonly duplicates: Choice<'keep' | 'drop'>;
  readonly foregroundShare: Choice<number>;
  readonly balance: Choice<Sampling['balance']>;
  readonly augmentation: Choice<AugmentationName>;
  readonly augment: Choice<PartProbabilities>;
}

/** Below this share of vessel pixels squares are cut around vessels more often. */
const rareShare = 0.05;

/** Standard deviation of optical densities between images from which colours count as differing. */
const differingColours = 0.03;

/** What is trained on and how it is changed. */
export function chooseData(fingerprint: Fingerprint): DataChoices {
  return {
    split: chooseSplit(fingerprint),
    trainFraction: choice(0.8, 'four of five images to train on, one to validate on'),
    duplicates: chooseDuplicates(fingerprint),
    foregroundShare: chooseForegroundShare(fingerprint),
    balance: choice(
      'none',
      'as many squares of each slide as of any other: IoU 0.03 less on synthetic slides of uneven size',
    ),
    augmentation: choice(
      'strong',
      'free rotation and scale gained 0.02 Dice on H&E (MoNuSeg): vessels have no upright',
    ),
    augment: chooseParts(fingerprint),
  };
}

export function chooseSplit({ slides, images, placed }: Fingerprint): Choice<SplitRule> {
  if (slides >= 2 && slides < images)
    return choice('slide', `${counted(slides, 'slide')}: validation is to be on others`);
  if (slides >= 2)
    return choice('random', `each of the ${images} images is by itself: no two of one slide`);
  if (placed)
    return choice('position', 'one slide: validation is one end of it, apart from training');
  return choice('random', 'one slide, and images without a place in it');
}

export function chooseDuplicates({ duplicates }: Fingerprint): Choice<'keep' | 'drop'> {
  const found =
    duplicates === 0
      ? 'no image repeats another'
      : `${counted(duplicates, 'image')} with exactly the pixels of another could be on both sides of the split`;
  return choice('drop', found);
}

export function chooseForegroundShare({
  vesselShare,
  imagesWithoutVessel,
  images,
}: Fingerprint): Choice<number> {
  const empty = imagesWithoutVessel / images;
  if (vesselShare < rareShare)
    return choice(
      0.33,
      `vessels are rare, ${percent(vesselShare)} of the pixels (nnU-Net's third)`,
    );
  const also = empty > 0 ? `, and ${percent(empty)} of the images have none` : '';
  return choice(
    0,
    `${percent(vesselShare)} of the pixels are vessel${also}: most squares show some`,
  );
}

/**
 * Parts of `strong` that are changed. Stains are moved in pictures of stained sections only: eosin, PAS and
 * haematoxylin let red or blue through and absorb green, while an unstained picture (a fundus) absorbs blue most.
 */
export function chooseParts({ colour }: Pick<Fingerprint, 'colour'>): Choice<PartProbabilities> {
  const { densityRed, densityGreen, densityBlue, variation } = colour;
  const stained = densityGreen >= densityBlue && densityGreen >= densityRed;
  const differ = variation >= differingColours;
  const { gamma, stain } = augmentationPresets.strong;
  const light = differ ? gamma.probability : gamma.probability / 2;
  const why = `optical densities ${differ ? 'differ' : 'hardly differ'} between images (by ${variation.toFixed(3)})`;
  const lights = { gamma: light, brightness: light, saturation: light, contrast: light };
  return stained
    ? choice(
        { stain: differ ? stain.probability : stain.probability / 2, ...lights },
        `green is absorbed most, as stained tissue does: stains are moved; ${why}`,
      )
    : choice(
        { stain: 0, ...lights },
        `no stained section by its colours: no stains to move; ${why}; colours cost 0.003 Dice on plain images and gain 0.004 on odd ones`,
      );
}
