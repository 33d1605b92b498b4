import type { Graph } from '../graph.js';
import { plainTarget, type Target } from '../session/target.js';
import { batchNormalizationForms } from './forms/batch-normalization.js';
import { blockedForms } from './forms/blocked/index.js';
import { convInputGradient } from './forms/conv-input-gradient.js';
import { convWeightGradient } from './forms/conv-weight-gradient.js';
import { depthwiseForms } from './forms/depthwise.js';
import { maxPoolGradient } from './forms/max-pool-gradient.js';
import { maxPoolGradientByComparison } from './forms/max-pool-gradient-by-comparison.js';
import { nameOutputs } from './name-outputs.js';
import { type Form, rewrite } from './rewrite.js';
import { substitutes } from './substitutes.js';

const forms: ReadonlyMap<string, Form> = new Map([
  ['autograd::ConvInputGradient', convInputGradient],
  ['autograd::ConvWeightGradient', convWeightGradient],
  ['autograd::MaxPoolGradient', maxPoolGradient],
]);

export interface LowerOptions {
  /**
   * Batch norms in training take the mean off before they sum squares: exact where the mean of a channel is many
   * times its deviation, for 1 to 2 % of a step's time.
   */
  readonly centredNorms?: boolean;
}

/**
 * Replaces the abstract gradient operators, and batch normalisation in training (which the runtime's
 * inference build lacks), by operators the target runs, in the form measured fastest there.
 */
export function lower(
  graph: Graph,
  { channelBlock, avoided }: Target = plainTarget,
  { centredNorms = false }: LowerOptions = {},
): Graph {
  const chosen = new Map([...forms, ...batchNormalizationForms(centredNorms)]);
  if (avoided.includes('MaxUnpool'))
    chosen.set('autograd::MaxPoolGradient', maxPoolGradientByComparison);
  if (channelBlock !== undefined)
    for (const [operator, form] of [
      ...blockedForms(graph, channelBlock),
      ...depthwiseForms(channelBlock),
    ]) {
      const otherwise = chosen.get(operator);
      chosen.set(operator, (...node) => form(...node) ?? otherwise?.(...node));
    }
  const lowered = rewrite(graph, chosen);
  const replaced = new Map([...substitutes].filter(([operator]) => avoided.includes(operator)));
  return nameOutputs(replaced.size === 0 ? lowered : rewrite(lowered, replaced));
}
