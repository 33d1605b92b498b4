import type { Graph } from '../graph.js';
import { plainTarget, type Target } from '../session/target.js';
import { batchNormalization, batchNormalizationGradient } from './forms/batch-normalization.js';
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
  ['BatchNormalization', batchNormalization],
  ['autograd::BatchNormalizationGradient', batchNormalizationGradient],
  ['autograd::ConvInputGradient', convInputGradient],
  ['autograd::ConvWeightGradient', convWeightGradient],
  ['autograd::MaxPoolGradient', maxPoolGradient],
]);

/**
 * Replaces the abstract gradient operators, and batch normalisation in training (which the runtime's
 * inference build lacks), by operators the target runs, in the form measured fastest there.
 */
export function lower(graph: Graph, { channelBlock, avoided }: Target = plainTarget): Graph {
  const chosen = new Map(forms);
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
