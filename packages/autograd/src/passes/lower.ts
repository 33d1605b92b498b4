import type { Graph } from '../graph.js';
import { plainTarget, type Target } from '../session/target.js';
import { batchNormalization, batchNormalizationGradient } from './forms/batch-normalization.js';
import { blockedConv } from './forms/blocked-conv.js';
import { convInputGradient } from './forms/conv-input-gradient.js';
import { convWeightGradient } from './forms/conv-weight-gradient.js';
import { maxPoolGradient } from './forms/max-pool-gradient.js';
import { type Form, rewrite } from './rewrite.js';

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
export function lower(graph: Graph, { channelBlock }: Target = plainTarget): Graph {
  const lowered = rewrite(graph, forms);
  return channelBlock === undefined
    ? lowered
    : rewrite(lowered, new Map([['Conv', blockedConv(channelBlock)]]));
}
