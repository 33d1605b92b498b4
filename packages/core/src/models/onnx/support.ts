import {
  differentiate,
  type Graph,
  GraphBuilder,
  GraphError,
  operatorKey,
  operators,
  trainingForm,
} from '@vascula/autograd';
import { InputError } from '../../errors.js';

const quantised = /^(QLinear|Quantize|Dequantize|DynamicQuantize|ConvInteger|MatMulInteger)/;

/**
 * Sees that the engine knows every operator of a graph.
 *
 * @throws InputError that names all it does not know, each with its node, or says that the model is
 * quantised.
 */
export function requireOperators(graph: Graph, path: string): void {
  const unknown = new Map<string, string[]>();
  for (const { operator, domain, name } of graph.nodes) {
    const key = operatorKey(operator, domain);
    if (quantised.test(operator))
      throw new InputError({
        path,
        problem: `is quantised (${key}, node "${name}")`,
        expected: 'weights of float32',
        hint: 'Take the model as it was before quantisation',
      });
    if (!operators.has(key)) unknown.set(key, [...(unknown.get(key) ?? []), name]);
  }
  refuse(unknown, 'not supported', path);
}

/**
 * Sees that the logits of a graph (all sizes given) can be differentiated for every trained parameter.
 *
 * @throws InputError that names the operators, each with its node, through which no gradient leads, or the
 * part of one that is not supported.
 */
export function requireGradients(graph: Graph, trained: readonly string[], path: string): void {
  const form = trainingForm(graph, new Set(trained)).graph;
  const reached = new Set(trained);
  const without = new Map<string, string[]>();
  for (const { operator, domain, name, inputs, outputs } of form.nodes) {
    if (!inputs.some((input) => reached.has(input))) continue;
    const key = operatorKey(operator, domain);
    const passes = operators.get(key)?.gradient !== undefined;
    if (passes) for (const output of outputs) reached.add(output);
    // Truth values and whole numbers end a path; they have no gradient to pass.
    else if (!endsPath.has(key)) without.set(key, [...(without.get(key) ?? []), name]);
  }
  refuse(without, 'without gradient', path);
  explained(path, () => {
    const g = GraphBuilder.from(form);
    const sum = g.apply('ReduceSum', [g.value('logits')], { keepdims: 0 });
    differentiate(
      g,
      sum,
      trained.map((name) => g.value(name)),
    );
  });
}

const endsPath = new Set([
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Shape',
  'Size',
]);

/** What `action` gives; a fault of the graph becomes one of the file. */
export function explained<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new InputError({ path, problem: error.message }, { cause: error });
  }
}

function refuse(faults: ReadonlyMap<string, readonly string[]>, what: string, path: string): void {
  if (faults.size === 0) return;
  const named = [...faults].map(([operator, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `${operator} (node "${first}"${more})`;
  });
  throw new InputError({
    path,
    problem: `${faults.size === 1 ? 'has an operator' : 'has operators'} ${what}: ${named.join(', ')}`,
    hint: 'docs/finetuning.md lists those that are',
  });
}
