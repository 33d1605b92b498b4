import {
  attributeKey,
  checkAttributes,
  type PlainAttributes,
  tagAttributes,
} from './attributes.js';
import { GraphError, type GraphPlace, UnsupportedOperatorError } from './errors.js';
import { type Graph, type Node, operatorKey, type ValueInfo } from './graph.js';
import { operators } from './operators/index.js';
import { NodeView, type Operator, type Value } from './operators/operator.js';
import { elementCount, int64, scalar, type Tensor } from './tensor.js';

export type Operand = Value | undefined;

export interface ApplyOptions {
  readonly name?: string;
  readonly domain?: string;
}

/**
 * Builds a graph node by node; each node's shapes are checked as it is added.
 *
 * Equal nodes (same operator, inputs, attributes) are made once: every operator is a pure function,
 * so common subexpressions fold away here and nowhere else.
 */
export class GraphBuilder {
  private readonly values = new Map<string, Value>();
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: ValueInfo[] = [];
  private readonly initialisers = new Map<string, Tensor>();
  private readonly nodeList: Node[] = [];
  private readonly producers = new Map<string, Node>();
  private readonly made = new Map<string, Value[]>();
  private readonly constants = new Map<string, Value>();
  private readonly counters = new Map<string, number>();

  /** Names in `reserved` are never made up for a node: they are kept for nodes yet to be added. */
  constructor(
    readonly name: string,
    private readonly reserved: ReadonlySet<string> = new Set(),
  ) {}

  /** A builder that holds everything `graph` holds; all sizes of the graph must be numbers. */
  static from(graph: Graph): GraphBuilder {
    const builder = new GraphBuilder(graph.name);
    for (const input of graph.inputs) builder.input(input.name, input.type, fixedShape(input));
    for (const [name, tensor] of graph.initialisers) builder.parameter(name, tensor);
    for (const node of graph.nodes) builder.addNode(node);
    for (const { name } of graph.outputs) builder.output(builder.value(name));
    return builder;
  }

  get nodes(): readonly Node[] {
    return this.nodeList;
  }

  input(name: string, type: Value['type'], shape: readonly number[]): Value {
    this.inputs.push({ name, type, shape });
    return this.define({ name, type, shape });
  }

  /** A named constant: a weight, or whatever should keep its name in the file. */
  parameter(name: string, tensor: Tensor): Value {
    this.initialisers.set(name, tensor);
    return this.define({ name, type: tensor.type, shape: tensor.shape });
  }

  /** An unnamed constant; small equal constants are kept once. */
  constant(tensor: Tensor): Value {
    const small = tensor.data.length <= 64;
    // Joined as bytes: -0 and 0 are two constants.
    const key = small ? `${tensor.type}[${tensor.shape}]${bytesOf(tensor).join()}` : undefined;
    const known = key === undefined ? undefined : this.constants.get(key);
    if (known !== undefined) return known;
    const value = this.parameter(this.fresh('constant'), tensor);
    if (key !== undefined) this.constants.set(key, value);
    return value;
  }

  scalar(value: number): Value {
    return this.constant(scalar(value));
  }

  ints(values: readonly number[]): Value {
    return this.constant(int64(values));
  }

  /** A float32 constant of zeros, one for each shape. */
  zeros(shape: readonly number[]): Value {
    const key = `zeros[${shape}]`;
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const data = new Float32Array(elementCount(shape));
    const value = this.parameter(this.fresh('zeros'), { type: 'float32', shape, data });
    this.constants.set(key, value);
    return value;
  }

  /** Applies an operator and gives all its outputs. Throws GraphError where the inputs do not fit. */
  applyAll(
    operator: string,
    inputs: readonly Operand[],
    attributes: PlainAttributes = {},
    options: ApplyOptions = {},
  ): Value[] {
    const domain = options.domain ?? '';
    const stem = options.name ?? operator;
    const definition = this.definition(operator, domain, options.name ?? '');
    const tagged = tagAttributes(definition, attributes, { operator, node: options.name });
    const names = trimmed(inputs.map((input) => input?.name ?? ''));
    const key = nodeKey(operator, domain, names, tagged);
    const known = this.made.get(key);
    if (known !== undefined) return known;

    const types = definition.shape(this.view({ operator, name: stem, attributes: tagged }, inputs));
    const name = this.fresh(stem, types.length);
    const results = types.map((type, index) => ({ name: outputName(name, index), ...type }));
    const outputs = results.map((result) => result.name);
    this.push({ name, operator, domain, inputs: names, outputs, attributes: tagged });
    for (const result of results) this.define(result);
    this.made.set(key, results);
    return results;
  }

  /** Applies an operator and gives its first output. */
  apply(
    operator: string,
    inputs: readonly Operand[],
    attributes?: PlainAttributes,
    options?: ApplyOptions,
  ): Value {
    return this.applyAll(operator, inputs, attributes, options)[0] as Value;
  }

  /** Adds a node as it is, names and all (a node read from a file or from another graph). */
  addNode(node: Node): Value[] {
    const definition = this.definition(node.operator, node.domain, node.name);
    const place = { operator: node.operator, node: node.name };
    checkAttributes(definition, node.attributes, place);
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.value(name, place)));
    const types = definition.shape(this.view(node, inputs));
    const results = node.outputs.map((name, index) => {
      const type = types[index];
      if (type === undefined)
        throw new GraphError(
          place,
          `has ${types.length} outputs, the node names ${node.outputs.length}`,
        );
      return { name, ...type };
    });
    this.push(node);
    for (const result of results) if (result.name !== '') this.define(result);
    if (!node.outputs.includes('') && results.length === types.length)
      this.made.set(
        nodeKey(node.operator, node.domain, trimmed(node.inputs), node.attributes),
        results,
      );
    return results;
  }

  /** Declares a value an output; under another name where one is given. */
  output(value: Value, name = value.name): Value {
    let named = value;
    if (name !== value.name) {
      this.push({
        name,
        operator: 'Identity',
        domain: '',
        inputs: [value.name],
        outputs: [name],
        attributes: {},
      });
      named = this.define({ ...value, name });
    }
    this.outputs.push(named);
    return named;
  }

  /** The value of that name; a GraphError, which says who reads it if `reader` is given, if none. */
  value(name: string, reader: GraphPlace = {}): Value {
    const value = this.values.get(name);
    if (value === undefined)
      throw new GraphError(reader, `no value named "${name}" comes before its use`);
    return value;
  }

  /** The node that makes the value; undefined for inputs and constants. */
  producer({ name }: Value): Node | undefined {
    return this.producers.get(name);
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  tensor(name: string): Tensor | undefined {
    return this.initialisers.get(name);
  }

  view(node: Pick<Node, 'operator' | 'name' | 'attributes'>, inputs: readonly Operand[]): NodeView {
    return new NodeView(node, inputs, (name) => this.initialisers.get(name));
  }

  build(): Graph {
    return {
      name: this.name,
      inputs: [...this.inputs],
      outputs: [...this.outputs],
      initialisers: new Map(this.initialisers),
      nodes: [...this.nodeList],
    };
  }

  private definition(operator: string, domain: string, node: string): Operator {
    const definition = operators.get(operatorKey(operator, domain));
    if (definition === undefined)
      throw new UnsupportedOperatorError(
        { operator: operatorKey(operator, domain), node },
        'this operator is not supported',
      );
    return definition;
  }

  private push(node: Node): void {
    this.nodeList.push(node);
    for (const name of node.outputs) this.producers.set(name, node);
  }

  private define(value: Value): Value {
    if (this.values.has(value.name))
      throw new GraphError({}, `two values are named "${value.name}"`);
    this.values.set(value.name, value);
    return value;
  }

  /** A name from `stem` that is free, and with it the names of a node's further outputs. */
  private fresh(stem: string, outputs = 1): string {
    const free = (name: string) =>
      Array.from({ length: outputs }, (_, index) => outputName(name, index)).every(
        (output) => !this.values.has(output) && !this.reserved.has(output),
      );
    if (free(stem)) return stem;
    let count = this.counters.get(stem) ?? 1;
    let name: string;
    do name = `${stem}_${++count}`;
    while (!free(name));
    this.counters.set(stem, count);
    return name;
  }
}

/** The shape of a graph's input, all of whose sizes must be numbers. */
export function fixedShape({ name, shape }: ValueInfo): number[] {
  return shape.map((size) => {
    if (typeof size === 'string')
      throw new GraphError({}, `size "${size}" of "${name}" is open; give it a number first`);
    return size;
  });
}

function outputName(node: string, index: number): string {
  return index === 0 ? node : `${node}:${index}`;
}

function trimmed(names: readonly string[]): string[] {
  const last = names.findLastIndex((name) => name !== '');
  return names.slice(0, last + 1);
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Equal for nodes that compute the same. Names are quoted: a file's may hold commas. */
function nodeKey(
  operator: string,
  domain: string,
  inputs: readonly string[],
  attributes: Node['attributes'],
): string {
  return `${operatorKey(operator, domain)}${JSON.stringify(inputs)}${attributeKey(attributes)}`;
}
