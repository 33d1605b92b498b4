import { GraphError, UnsupportedOperatorError } from './errors.js';
import { type Attribute, type Graph, type Node, operatorKey, type ValueInfo } from './graph.js';
import { operators } from './operators/index.js';
import { NodeView, type Operator, type Value } from './operators/operator.js';
import { elementCount, int64, scalar, type Tensor } from './tensor.js';

export type Operand = Value | undefined;
export type PlainAttributes = Readonly<
  Record<string, number | string | readonly number[] | readonly string[] | Tensor>
>;

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
    for (const { name, type, shape } of graph.inputs) builder.input(name, type, fixed(name, shape));
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
    const key = small ? `${tensor.type}[${tensor.shape}]${tensor.data.join()}` : undefined;
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
    const definition = this.definition(operator, domain, options.name ?? '');
    const tagged: Record<string, Attribute> = {};
    for (const [name, value] of Object.entries(attributes)) {
      const type = definition.attributes?.[name];
      if (type === undefined)
        throw new GraphError({ operator, node: options.name }, `has no attribute "${name}"`);
      tagged[name] = { type, value } as Attribute;
    }
    const names = trimmed(inputs.map((input) => input?.name ?? ''));
    const key = `${operatorKey(operator, domain)}(${names})${attributeKey(tagged)}`;
    const known = this.made.get(key);
    if (known !== undefined) return known;

    const name = this.fresh(options.name ?? operator);
    const view = this.view({ operator, name, attributes: tagged }, inputs);
    const results = definition.shape(view).map((type, index) => ({
      name: index === 0 ? name : `${name}:${index}`,
      ...type,
    }));
    const outputs = results.map((result) => result.name);
    this.nodeList.push({ name, operator, domain, inputs: names, outputs, attributes: tagged });
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
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.value(name)));
    const types = definition.shape(this.view(node, inputs));
    const results = node.outputs.map((name, index) => {
      const type = types[index];
      if (type === undefined)
        throw new GraphError(
          { operator: node.operator, node: node.name },
          `has ${types.length} outputs, the node names ${node.outputs.length}`,
        );
      return { name, ...type };
    });
    this.nodeList.push(node);
    for (const result of results) if (result.name !== '') this.define(result);
    if (!node.outputs.includes('') && results.length === types.length)
      this.made.set(
        `${operatorKey(node.operator, node.domain)}(${trimmed(node.inputs)})${attributeKey(node.attributes)}`,
        results,
      );
    return results;
  }

  /** Declares a value an output; under another name where one is given. */
  output(value: Value, name = value.name): Value {
    let named = value;
    if (name !== value.name) {
      this.nodeList.push({
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

  value(name: string): Value {
    const value = this.values.get(name);
    if (value === undefined)
      throw new GraphError({}, `no value named "${name}" comes before its use`);
    return value;
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

  private define(value: Value): Value {
    if (this.values.has(value.name))
      throw new GraphError({}, `two values are named "${value.name}"`);
    this.values.set(value.name, value);
    return value;
  }

  private fresh(stem: string): string {
    const free = (name: string) => !this.values.has(name) && !this.reserved.has(name);
    if (free(stem)) return stem;
    let count = this.counters.get(stem) ?? 1;
    let name: string;
    do name = `${stem}_${++count}`;
    while (!free(name));
    this.counters.set(stem, count);
    return name;
  }
}

function fixed(name: string, shape: ValueInfo['shape']): number[] {
  return shape.map((size) => {
    if (typeof size === 'string')
      throw new GraphError({}, `size "${size}" of "${name}" is open; give it a number first`);
    return size;
  });
}

function trimmed(names: readonly string[]): string[] {
  const last = names.findLastIndex((name) => name !== '');
  return names.slice(0, last + 1);
}

function attributeKey(attributes: Readonly<Record<string, Attribute>>): string {
  const parts = Object.keys(attributes)
    .sort()
    .map((name) => {
      const { type, value } = attributes[name] as Attribute;
      return type === 'tensor'
        ? `${name}=${value.type}[${value.shape}]${value.data}`
        : `${name}=${value}`;
    });
  return `{${parts.join(';')}}`;
}
