import type { Graph, Node, Tensor } from '@vascula/autograd';
import { InputError } from '../../errors.js';
import type { Parameter, ParameterRole } from '../network.js';
import { freezePattern } from './freeze-pattern.js';

/** Inputs of operators that are parameters of a layer. */
const layerRoles: Readonly<Record<string, Readonly<Record<number, ParameterRole>>>> = {
  BatchNormalization: { 1: 'scale', 2: 'shift', 3: 'mean', 4: 'variance' },
  Conv: { 1: 'kernel', 2: 'bias' },
  ConvTranspose: { 1: 'kernel', 2: 'bias' },
  Gemm: { 0: 'kernel', 1: 'kernel', 2: 'bias' },
  InstanceNormalization: { 1: 'scale', 2: 'shift' },
  LayerNormalization: { 1: 'scale', 2: 'shift' },
  MatMul: { 0: 'kernel', 1: 'kernel' },
  PRelu: { 1: 'scale' },
};

/** Layers that exporters write for others, with ones and zeros as constants in place of parameters. */
const maybeBare = new Set(['InstanceNormalization', 'LayerNormalization']);

/** Arithmetic whose constant operand is a parameter where it works on what a layer has made. */
const arithmeticRoles: Readonly<Record<string, ParameterRole>> = {
  Add: 'bias',
  Div: 'scale',
  Mul: 'scale',
  Sub: 'bias',
};

/** Operators that give their first input under another shape or order. */
const views = new Set(['Flatten', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);

export interface FoundParameter extends Parameter {
  /** Names of the nodes that read it. */
  readonly readers: readonly string[];
}

/**
 * The parameters of a graph in the order of its nodes: float32 initialisers read as weights by a layer, or
 * by arithmetic (with more than one number, no Constant node) behind the first layer. Constants in front of it
 * scale the image and are none. Frozen are those of which a pattern means the name, or the name of a node that
 * reads them.
 *
 * @throws InputError for a pattern that means none.
 */
export function findParameters(
  graph: Graph,
  constants: ReadonlySet<string>,
  freeze: readonly string[],
  path: string,
): readonly FoundParameter[] {
  const found = new Map<string, { role: ParameterRole; readers: string[] }>();
  const sources = new Map<string, string>(
    [...graph.initialisers.keys()].map((name) => [name, name]),
  );
  const behindLayer = new Set<string>();
  for (const node of graph.nodes) {
    if (views.has(node.operator)) {
      const source = sources.get(node.inputs[0] as string);
      if (source !== undefined) for (const name of node.outputs) sources.set(name, source);
    }
    const follows = node.inputs.some((name) => behindLayer.has(name));
    node.inputs.forEach((name, index) => {
      const source = sources.get(name);
      const tensor = source === undefined ? undefined : graph.initialisers.get(source);
      if (source === undefined || tensor?.type !== 'float32') return;
      const role = roleOf(node, index, tensor, follows, constants.has(source));
      if (role === undefined) return;
      const known = found.get(source);
      if (known === undefined) found.set(source, { role, readers: [node.name] });
      else known.readers.push(node.name);
    });
    if (follows || (node.operator in layerRoles && node.operator !== 'BatchNormalization'))
      for (const name of node.outputs) behindLayer.add(name);
  }

  const isFrozen = freeze.map((pattern) => ({
    pattern,
    means: freezePattern(pattern),
    used: false,
  }));
  const parameters = [...found].map(([name, { role, readers }]): FoundParameter => {
    const frozen = isFrozen.filter(({ means }) => [name, ...readers].some(means));
    for (const one of frozen) one.used = true;
    const { shape } = graph.initialisers.get(name) as Tensor;
    const trainable = role !== 'mean' && role !== 'variance' && frozen.length === 0;
    return { name, shape, role, trainable, fanIn: 0, fanOut: 0, readers };
  });
  for (const { pattern, used } of isFrozen) if (!used) throw meansNone(pattern, parameters);
  if (!parameters.some(({ trainable }) => trainable))
    throw new InputError({
      path,
      problem: parameters.length === 0 ? 'has no float32 parameter to train' : 'is frozen whole',
      expected: 'at least one parameter that is trained',
    });
  return parameters;
}

function roleOf(
  { operator, domain }: Node,
  index: number,
  tensor: Tensor,
  followsLayer: boolean,
  isConstant: boolean,
): ParameterRole | undefined {
  if (domain !== '' || (isConstant && maybeBare.has(operator))) return undefined;
  const role = layerRoles[operator]?.[index];
  if (role !== undefined) return role;
  const counts = followsLayer && !isConstant && tensor.data.length > 1;
  return counts ? arithmeticRoles[operator] : undefined;
}

function meansNone(pattern: string, parameters: readonly Parameter[]): InputError {
  const some = parameters.slice(0, 3).map(({ name }) => name);
  return new InputError({
    path: '--freeze',
    problem: `${pattern} means no parameter of the network`,
    expected: `a pattern for names such as ${some.join(', ')}`,
    hint: 'vascula model FILE.onnx prints them all',
  });
}
