import {
  type AugmentationSettings,
  type PlainPart,
  plainParts,
  type Sampling,
  type StrengthPart,
  strengthParts,
} from '@vascula/core';

/** What a part with a strength is called, with the unit of its range. */
const partWords = {
  rotate: { name: 'rotation', unit: '°' },
  scale: { name: 'scale', unit: '' },
  elastic: { name: 'elastic', unit: ' px' },
  stain: { name: 'stains', unit: '' },
  gamma: { name: 'gamma', unit: '' },
  brightness: { name: 'brightness', unit: '' },
  saturation: { name: 'saturation', unit: '' },
  contrast: { name: 'contrast', unit: '' },
} as const;

const plainWords = {
  flipLeftRight: 'flip left to right',
  flipUpDown: 'flip upside down',
  quarterTurn: 'quarter turn',
  zoom: 'zoom',
} as const;

/** One part of an augmentation as a list has it. */
export interface PartInWords {
  readonly part: PlainPart | StrengthPart;
  readonly name: string;
  readonly probability: number;
  /** From what its strength is drawn; empty for a part that happens or not. */
  readonly range: string;
}

/** All parts in the order they are done in, those that never happen among them. */
export function partsInWords(settings: AugmentationSettings): readonly PartInWords[] {
  const withStrength = strengthParts.map((part): PartInWords => {
    const { probability, least, most } = settings[part];
    const { name, unit } = partWords[part];
    return { part, name, probability, range: `${least} to ${most}${unit}` };
  });
  const plain = plainParts.map(
    (part): PartInWords => ({
      part,
      name: plainWords[part],
      probability: settings[part],
      range: '',
    }),
  );
  return [...withStrength.slice(0, 2), ...plain, ...withStrength.slice(2)];
}

/** `rotation 0.5 (-180 to 180°), quarter turn 0.75 …`: what can happen, and how likely. */
export function augmentationWords(settings: AugmentationSettings): string {
  const possible = partsInWords(settings).filter(({ probability }) => probability > 0);
  return (
    possible
      .map(({ name, probability, range }) => `${name} ${probability}${range && ` (${range})`}`)
      .join(', ') || 'none'
  );
}

/** Which squares are drawn. */
export function samplingWords({ foregroundShare, balance }: Sampling): string {
  const tiles =
    balance === 'source' ? 'as many from each dataset and slide' : 'every tile by its area';
  return foregroundShare === 0
    ? tiles
    : `${tiles}; ${foregroundShare} of them around a vessel pixel`;
}
