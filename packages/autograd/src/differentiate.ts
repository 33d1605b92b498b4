import type { GraphBuilder } from './builder.js';
import { UnsupportedOperatorError } from './errors.js';
import { operatorKey } from './graph.js';
import { operators } from './operators/index.js';
import type { Value } from './operators/operator.js';

/**
 * Reverse-mode differentiation: adds to the builder the nodes that compute d loss / d value for each
 * value of `wrt`, and returns those gradients in that order (zeros where the loss does not depend on
 * the value).
 *
 * The loss must hold one element, float32. Only nodes on a path from `wrt` to the loss are
 * differentiated; one among them without a gradient rule throws UnsupportedOperatorError and is named.
 */
export function differentiate(
  g: GraphBuilder,
  loss: Value,
  wrt: readonly Value[],
): readonly Value[] {
  if (loss.shape.some((size) => size !== 1))
    throw new RangeError(`the loss has shape [${loss.shape}], expected one element`);
  if (loss.type !== 'float32') throw new RangeError(`the loss is ${loss.type}, expected float32`);
  const nodes = [...g.nodes];
  const depends = new Set(wrt.map((value) => value.name));
  for (const node of nodes)
    if (node.inputs.some((name) => depends.has(name)))
      for (const name of node.outputs) if (name !== '') depends.add(name);

  const gradients = new Map<string, Value>();
  const add = (name: string, gradient: Value): void => {
    const sum = gradients.get(name);
    gradients.set(name, sum ? g.apply('Add', [sum, gradient]) : gradient);
  };
  add(loss.name, g.constant({ type: 'float32', shape: loss.shape, data: new Float32Array([1]) }));

  for (const node of nodes.reverse()) {
    const flowing = node.outputs.map((name) => gradients.get(name));
    if (!flowing.some(Boolean) || !node.inputs.some((name) => depends.has(name))) continue;
    const rule = operators.get(operatorKey(node.operator, node.domain))?.gradient;
    if (rule === undefined)
      throw new UnsupportedOperatorError(
        { operator: operatorKey(node.operator, node.domain), node: node.name },
        'this operator has no gradient, and the loss depends on a trained value through it',
      );
    const inputs = node.inputs.map((name) => (name === '' ? undefined : g.value(name)));
    const wants = (index: number) => depends.has(node.inputs[index] ?? '');
    const results = rule({
      g,
      view: g.view(node, inputs),
      inputs,
      outputs: node.outputs.map((name) => (name === '' ? undefined : g.value(name))),
      gradients: flowing,
      wants,
    });
    results.forEach((gradient, index) => {
      if (gradient && wants(index)) add(node.inputs[index] as string, gradient);
    });
  }
  return wrt.map((value) => gradients.get(value.name) ?? g.zeros(value.shape));
}
