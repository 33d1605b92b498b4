import type { Random } from '../random.js';
import type { Augmentation } from './augmentation.js';
import { drawElasticField, type ElasticField } from './elastic-field.js';
import { drawNotebookAugmentation } from './notebook.js';
import { type Recolouring, sameColours } from './recolour.js';
import type { AugmentationPart, AugmentationSettings, StrengthPart } from './settings.js';
import type { Warp } from './warp.js';

/**
 * Draws the augmentation of one square.
 *
 * Each part with a strength has a stream of its own, named as the part is, and one of probability 0 opens
 * none: what is drawn of a part does not depend on the others, and with the notebook's parts alone
 * it is what `drawNotebookAugmentation` draws from `stream('augmentation')`.
 *
 * @param stream opens the stream of a purpose, such as `(p) => randomStream(seed, epoch, id, copy, p)`.
 * @param side of the square in pixels.
 */
export function drawAugmentation(
  stream: (purpose: string) => Random,
  side: number,
  settings: AugmentationSettings,
): Augmentation {
  const happening = (name: StrengthPart): Random | undefined => {
    const { probability } = settings[name];
    if (probability === 0) return undefined;
    const random = stream(name);
    return random.chance(probability) ? random : undefined;
  };
  const warp = drawWarp(happening, side, settings);
  const colour = drawRecolouring(happening, settings);
  return {
    ...drawNotebookAugmentation(stream('augmentation'), side, settings),
    ...(warp && { warp }),
    ...(colour && { colour }),
  };
}

/** The stream of a part that happens. */
type Happening = (name: StrengthPart) => Random | undefined;

function drawWarp(
  happening: Happening,
  side: number,
  { rotate, scale, elastic }: AugmentationSettings,
): Warp | undefined {
  const [rotating, scaling, bending] = (['rotate', 'scale', 'elastic'] as const).map(happening);
  if (!(rotating || scaling || bending)) return undefined;
  const field: ElasticField | undefined =
    bending &&
    drawElasticField(bending, side, {
      amplitude: bending.uniform(elastic.least, elastic.most),
      spacing: elastic.spacing,
    });
  return {
    degrees: rotating?.uniform(rotate.least, rotate.most) ?? 0,
    scale: scaling === undefined ? 1 : drawFactor(scaling, scale),
    ...(field && { elastic: field }),
  };
}

function drawRecolouring(
  happening: Happening,
  settings: AugmentationSettings,
): Recolouring | undefined {
  const factors = (['gamma', 'brightness', 'saturation', 'contrast'] as const).flatMap((name) => {
    const random = happening(name);
    return random === undefined ? [] : [[name, drawFactor(random, settings[name])] as const];
  });
  const staining = happening('stain');
  if (staining === undefined && factors.length === 0) return undefined;
  return {
    ...sameColours,
    ...Object.fromEntries(factors),
    ...(staining && { stain: drawStainChange(staining, settings.stain) }),
  };
}

function drawStainChange(random: Random, stain: AugmentationSettings['stain']) {
  const factor = () => drawFactor(random, stain);
  const shift = () => random.uniform(-stain.shift, stain.shift);
  return {
    scale: [factor(), factor(), factor()] as const,
    shift: [shift(), shift(), shift()] as const,
  };
}

/** Uniform in its logarithm: twice as much is as likely as half as much, where the range has both. */
function drawFactor(random: Random, { least, most }: AugmentationPart): number {
  return Math.exp(random.uniform(Math.log(least), Math.log(most)));
}
