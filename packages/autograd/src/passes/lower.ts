import type { Graph } from '../graph.js';
import { plainTarget, type Target } from '../session/target.js';
import { batchNormalization, batchNormalizationGradient } from './forms/batch-normalization.js';
import { blockedConv } from './forms/blocked-conv.js';
import { convInputGradient } from './forms/conv-input-gradient.js';
import { convWeightGradient } from './forms/conv-weight-gradient.js';
import { maxPoolGradient } from './forms/max-pool-gradient.js';
import { maxPoolGradientByComparison } from './forms/max-pool-gradient-by-comparison.js';
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
export function lower(graph: Graph, target: Target = plainTarget): Graph {
  const { channelBlock, avoided } = target;
  const lowered = rewrite(
    graph,
    avoided.includes('MaxUnpool')
      ? new Map([...forms, ['autograd::MaxPoolGradient', maxPoolGradientByComparison]])
      : forms,
  );
  const replaced = new Map([...substitutes].filter(([operator]) => avoided.includes(operator)));
  if (channelBlock !== undefined) replaced.set('Conv', blockedConv(channelBlock));
  return replaced.size === 0 ? lowered : rewrite(lowered, replaced);
}
