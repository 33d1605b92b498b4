import type { Node } from '../graph.js';
import { float32, int64, type Tensor } from '../tensor.js';

/** The value of a Constant node; undefined for any other node, and for a constant of text. */
export function constantOf({ operator, domain, attributes }: Node): Tensor | undefined {
  if (operator !== 'Constant' || domain !== '') return undefined;
  const { value, value_int, value_ints, value_float, value_floats } = attributes;
  if (value?.type === 'tensor') return value.value;
  if (value_int?.type === 'int') return int64([value_int.value], []);
  if (value_ints?.type === 'ints') return int64(value_ints.value);
  if (value_float?.type === 'float') return float32([], [value_float.value]);
  if (value_floats?.type === 'floats')
    return float32([value_floats.value.length], value_floats.value);
  return undefined;
}

/**
 * A node of an older operator set as operator set 17 has it.
 *
 * Batch normalisation alone differs: before 14 it has no attribute that says it is in training, but
 * five outputs (result, running and saved statistics) where it is.
 */
export function upgraded(node: Node, version: number): Node {
  const { operator, domain, outputs, attributes } = node;
  if (version >= 14 || operator !== 'BatchNormalization' || domain !== '') return node;
  if (outputs.length === 1) return node;
  return {
    ...node,
    outputs: outputs.slice(0, 3),
    attributes: { ...attributes, training_mode: { type: 'int', value: 1 } },
  };
}
