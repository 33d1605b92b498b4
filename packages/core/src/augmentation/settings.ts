import { type AugmentationProbabilities, notebookProbabilities } from './notebook.js';

/** A part of an augmentation with a strength: how likely it is, and what its strength is drawn from. */
export interface AugmentationPart {
  /** 0 to 1. At 0 nothing of the part is drawn. */
  readonly probability: number;
  readonly least: number;
  readonly most: number;
}

/** Every probability and range that augmentations are drawn with. */
export interface AugmentationSettings extends AugmentationProbabilities {
  /** Degrees counter-clockwise, uniform. */
  readonly rotate: AugmentationPart;
  /** How many times as large everything becomes. This and the other factors are uniform in their logarithm. */
  readonly scale: AugmentationPart;
  /**
   * Standard deviation, in pixels of the square, of displacements at points `spacing` pixels apart;
   * uniform. Between the points they are smooth, and about half as far on the average.
   */
  readonly elastic: AugmentationPart & { readonly spacing: number };
  /** Factor of the light. */
  readonly brightness: AugmentationPart;
  /** Factor of the distance from a channel's mean. */
  readonly contrast: AugmentationPart;
  /** Exponent of the light. */
  readonly gamma: AugmentationPart;
  /** Factor of the distance from grey. */
  readonly saturation: AugmentationPart;
  /** Factor of the amount of each of three stains, and what is added to it: uniform from -shift to shift. */
  readonly stain: AugmentationPart & { readonly shift: number };
}

/** Parts that happen or not, in the order they are done in. */
export const plainParts = ['flipLeftRight', 'flipUpDown', 'quarterTurn', 'zoom'] as const;

/** Parts with a strength: rotation and scale before the plain parts, the others after them, in this order. */
export const strengthParts = [
  'rotate',
  'scale',
  'elastic',
  'stain',
  'gamma',
  'brightness',
  'saturation',
  'contrast',
] as const;

export type PlainPart = (typeof plainParts)[number];
export type StrengthPart = (typeof strengthParts)[number];

const factor = { least: 0.1, most: 10 };

/** What a strength may be at all. */
export const strengthLimits: Readonly<
  Record<StrengthPart, { readonly least: number; readonly most: number }>
> = {
  rotate: { least: -180, most: 180 },
  scale: factor,
  elastic: { least: 0, most: 64 },
  stain: factor,
  gamma: factor,
  brightness: factor,
  saturation: factor,
  contrast: factor,
};

/** What pixels apart the points of an elastic field may be. */
export const spacingLimits = { least: 8, most: 512 } as const;

/**
 * What is wrong with settings whose probabilities are 0 to 1: the field, and what it has to be. Undefined
 * where nothing is.
 */
export function augmentationFault(
  settings: AugmentationSettings,
): { readonly path: readonly string[]; readonly expected: string } | undefined {
  for (const part of strengthParts) {
    const { least, most } = settings[part];
    const limits = strengthLimits[part];
    for (const [name, value] of Object.entries({ least, most }))
      if (!(value >= limits.least && value <= limits.most))
        return { path: [part, name], expected: `a number from ${limits.least} to ${limits.most}` };
    if (least > most)
      return { path: [part, 'least'], expected: `a number up to most, which is ${most}` };
  }
  const { most, spacing } = settings.elastic;
  // The slope of the field is then below 1 by five standard deviations.
  if (3 * most > spacing)
    return {
      path: ['elastic', 'most'],
      expected: `a third of the spacing of ${spacing} pixels or less: beyond it the picture folds over itself`,
    };
  return undefined;
}

const ranges = {
  rotate: { least: -180, most: 180 },
  scale: { least: 0.7, most: 1.4 },
  elastic: { least: 2, most: 8, spacing: 48 },
  stain: { least: 0.8, most: 1.25, shift: 0.05 },
  gamma: { least: 0.7, most: 1.4 },
  brightness: { least: 0.8, most: 1.25 },
  saturation: { least: 0.7, most: 1.4 },
  contrast: { least: 0.75, most: 1.3 },
} as const;

/** The usual ranges with the probabilities given, 0 where none is. */
function settingsWith(
  plain: AugmentationProbabilities,
  likely: Partial<Record<StrengthPart, number>>,
): AugmentationSettings {
  const part = <Part extends StrengthPart>(name: Part) => ({
    probability: likely[name] ?? 0,
    ...ranges[name],
  });
  return {
    ...plain,
    rotate: part('rotate'),
    scale: part('scale'),
    elastic: part('elastic'),
    stain: part('stain'),
    gamma: part('gamma'),
    brightness: part('brightness'),
    saturation: part('saturation'),
    contrast: part('contrast'),
  };
}

/** Augmentations by name. */
export const augmentationPresets = {
  /** Squares as they are cut. */
  none: settingsWith({ flipLeftRight: 0, flipUpDown: 0, quarterTurn: 0, zoom: 0 }, {}),
  /** The source notebook's: flips, quarter turns and a slight zoom. */
  notebook: settingsWith(notebookProbabilities, {}),
  /** Every part; its scale is what the notebook's zoom is, and the other way too. */
  strong: settingsWith(
    { ...notebookProbabilities, zoom: 0 },
    {
      rotate: 0.5,
      scale: 0.5,
      elastic: 0.3,
      stain: 0.5,
      gamma: 0.3,
      brightness: 0.3,
      saturation: 0.3,
      contrast: 0.3,
    },
  ),
} as const satisfies Readonly<Record<string, AugmentationSettings>>;

export type AugmentationName = keyof typeof augmentationPresets;
