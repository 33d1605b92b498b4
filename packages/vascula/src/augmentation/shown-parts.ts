import {
  type Augmentation,
  type AugmentationSettings,
  augmentationPresets,
  drawAugmentation,
  drawElasticField,
  identityAugmentation,
  randomStream,
  type StrengthPart,
  sameColours,
} from '@vascula/core';

/** An augmentation with what a picture of it is called. */
export interface Shown {
  readonly label: string;
  readonly augmentation: Augmentation;
}

/** Of the way from the least strength to the most. */
const STEPS = [0, 0.25, 0.5, 0.75, 1];
/** The same for a full turn, whose ends are one picture and whose quarters need no reading between pixels. */
const TURNS = [1 / 12, 7 / 24, 11 / 24, 5 / 8, 11 / 12];

const asItIs: Shown = { label: 'as it is', augmentation: identityAugmentation };

/** A part alone, over its range from the least strength to the most. */
export function shownPart(
  part: StrengthPart,
  settings: AugmentationSettings,
  key: readonly (number | string)[],
  side: number,
): readonly Shown[] {
  const { least, most } = settings[part];
  if (part === 'stain')
    return [asItIs, ...draws(onlyPart(part, settings), [...key, part], side, STEPS.length)];
  const between = (step: number) =>
    part === 'rotate' || part === 'elastic'
      ? least + step * (most - least)
      : least * (most / least) ** step;
  const isFullTurn = part === 'rotate' && most - least > 180;
  const strengths = (isFullTurn ? TURNS : STEPS).map(between);
  const { spacing } = settings.elastic;
  return [
    asItIs,
    ...strengths.map((strength): Shown => {
      const label = labelOf(part, strength);
      const still = { degrees: 0, scale: 1 };
      switch (part) {
        case 'rotate':
          return {
            label,
            augmentation: { ...asItIs.augmentation, warp: { ...still, degrees: strength } },
          };
        case 'scale':
          return {
            label,
            augmentation: { ...asItIs.augmentation, warp: { ...still, scale: strength } },
          };
        case 'elastic': {
          // The same directions each time, further and further.
          const elastic = drawElasticField(randomStream(...key, part), side, {
            amplitude: strength,
            spacing,
          });
          return { label, augmentation: { ...asItIs.augmentation, warp: { ...still, elastic } } };
        }
        default:
          return {
            label,
            augmentation: { ...asItIs.augmentation, colour: { ...sameColours, [part]: strength } },
          };
      }
    }),
  ];
}

/** Flips, turns and the notebook's zoom. */
export function shownPlainParts(key: readonly (number | string)[], side: number): readonly Shown[] {
  const zoomed = { ...augmentationPresets.none, zoom: 1 };
  const [{ augmentation }] = draws(zoomed, [...key, 'zoom'], side, 1) as [Shown];
  const plain = identityAugmentation;
  return [
    asItIs,
    { label: 'flip left to right', augmentation: { ...plain, flipLeftRight: true } },
    { label: 'flip upside down', augmentation: { ...plain, flipUpDown: true } },
    { label: 'quarter turn', augmentation: { ...plain, quarterTurns: 1 } },
    { label: 'three quarter turns', augmentation: { ...plain, quarterTurns: 3 } },
    { label: 'zoom', augmentation },
  ];
}

/** As it is, then what training could draw. */
export function shownDraws(
  settings: AugmentationSettings,
  key: readonly (number | string)[],
  side: number,
  count: number,
): readonly Shown[] {
  return [asItIs, ...draws(settings, key, side, count)];
}

function draws(
  settings: AugmentationSettings,
  key: readonly (number | string)[],
  side: number,
  count: number,
): readonly Shown[] {
  return Array.from({ length: count }, (_, copy) => ({
    label: `draw ${copy + 1}`,
    augmentation: drawAugmentation(
      (purpose) => randomStream(...key, copy, purpose),
      side,
      settings,
    ),
  }));
}

/** Nothing but one part, always. */
function onlyPart(part: StrengthPart, settings: AugmentationSettings): AugmentationSettings {
  return { ...augmentationPresets.none, [part]: { ...settings[part], probability: 1 } };
}

function labelOf(part: StrengthPart, strength: number): string {
  if (part === 'rotate') return `${Math.round(strength)}°`;
  if (part === 'elastic') return `${Number(strength.toFixed(2))} px`;
  return `${part === 'gamma' ? 'exponent' : '×'} ${Number(strength.toFixed(2))}`;
}
