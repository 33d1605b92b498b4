import type { Keep, LossName, OptimiserName, ScheduleName } from '../training/index.js';
import { type Choice, choice, percent } from './choice.js';
import type { Fingerprint } from './fingerprint.js';

export interface MethodChoices {
  readonly loss: Choice<LossName>;
  readonly negativeWeight: Choice<number>;
  readonly cutoff: Choice<number>;
  readonly optimiser: Choice<OptimiserName>;
  readonly learningRate: Choice<number>;
  readonly schedule: Choice<ScheduleName>;
  readonly ema: Choice<number>;
  readonly deepSupervision: Choice<boolean>;
  readonly keep: Choice<Keep>;
}

/** How the network is trained. Most of it is the same for every dataset: it was measured, and held. */
export function chooseMethod(fingerprint: Fingerprint): MethodChoices {
  return {
    loss: chooseLoss(fingerprint),
    negativeWeight: chooseNegativeWeight(fingerprint),
    cutoff: choice(0.5, 'where Dice + cross-entropy puts the border between vessel and background'),
    optimiser: choice('adam', 'with its usual settings'),
    learningRate: choice(2e-3, 'stable with warm-up and averaging; 5e-3 was worse (DRIVE)'),
    schedule: choice('cosine', 'falls to 0 at the end of a length that is known beforehand'),
    ema: choice(0.99, 'the average of about the last hundred steps is steadier than the last'),
    deepSupervision: choice(
      false,
      'no difference in networks this shallow (synthetic slides: IoU -0.003, DRIVE: Dice +0.002), and it costs time',
    ),
    keep: choice(
      'last',
      'the rate has fallen to 0 and weights are averaged; so validation chooses nothing, and its score is honest (as nnU-Net)',
    ),
  };
}

function chooseLoss({ vesselShare, vesselWidth }: Fingerprint): Choice<LossName> {
  const why =
    vesselShare < 0.2
      ? `${percent(vesselShare)} of the pixels are vessel, ${Number(vesselWidth.median.toFixed(1))} px wide at the median: Dice does not drown in background`
      : `Dice asks for the overlap itself, cross-entropy for probabilities`;
  return choice(
    'dice-bce',
    `${why}; beats cross-entropy at a cutoff of 0.5 where vessels are thin`,
  );
}

/**
 * The weight with which the loss `balanced` is calibrated, background pixels a vessel pixel, from 1 to 20:
 * beyond it the few vessel pixels say too little.
 */
function chooseNegativeWeight({ vesselShare }: Fingerprint): Choice<number> {
  const ratio = (1 - vesselShare) / vesselShare;
  return choice(
    Math.min(20, Math.max(1, Math.round(ratio))),
    `nothing with dice-bce; with --loss balanced: ${ratio.toFixed(1)} pixels of background to one of vessel, 1 to 20`,
  );
}
