import type { Graph } from '../../../graph.js';
import type { Form } from '../../rewrite.js';
import { blockedConv, blockedConvInputGradient } from './conv.js';
import { blockedConvTranspose } from './conv-transpose.js';
import { blockedConcat, blockedMaxPool, blockedRelu } from './follow.js';
import { BlockedValues } from './layout.js';
import { minimalWeightGradient } from './minimal-weight-gradient.js';

/** Forms over channel blocks of that size, for the rewriting of one graph. */
export function blockedForms(graph: Graph, block: number): ReadonlyMap<string, Form> {
  const values = new BlockedValues(block, graph);
  return new Map([
    ['Conv', blockedConv(values)],
    ['ConvTranspose', blockedConvTranspose(values)],
    ['autograd::ConvInputGradient', blockedConvInputGradient(values)],
    ['autograd::ConvWeightGradient', minimalWeightGradient(values)],
    ['Concat', blockedConcat(values)],
    ['MaxPool', blockedMaxPool(values)],
    ['Relu', blockedRelu(values)],
  ]);
}
