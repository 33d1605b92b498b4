import type { GraphBuilder } from '../builder.js';
import { GraphError, UnsupportedOperatorError } from '../errors.js';
import type { Attribute, Node } from '../graph.js';
import { type DataType, numbers, type Tensor } from '../tensor.js';

/** A value of a graph under construction: its shape is always known. */
export interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
}

export type ValueType = Pick<Value, 'type' | 'shape'>;

/** A node with its operands resolved: what a shape rule sees. */
export class NodeView {
  constructor(
    readonly node: Pick<Node, 'operator' | 'name' | 'attributes'>,
    readonly inputs: readonly (Value | undefined)[],
    private readonly constants: (name: string) => Tensor | undefined,
  ) {}

  /** Input number `index`; a fault of the graph where it is absent. */
  input(index: number): Value {
    return this.inputs[index] ?? this.fail(`input ${index} is missing`);
  }

  /** The numbers of an input that must be known before the graph runs, or undefined where absent. */
  constant(index: number): number[] | undefined {
    const value = this.inputs[index];
    if (value === undefined) return undefined;
    const tensor = this.constants(value.name);
    if (tensor === undefined)
      this.unsupported(`input ${index} ("${value.name}") must be a constant`);
    return numbers(tensor);
  }

  /** An input that is known before the graph runs; undefined where it is not, or absent. */
  tensor(index: number): Tensor | undefined {
    const value = this.inputs[index];
    return value && this.constants(value.name);
  }

  /** An attribute that has no default; a fault of the graph where it is absent. */
  requiredInt(name: string): number {
    return (
      (this.attribute(name, 'int') as number | undefined) ??
      this.fail(`attribute ${name} is missing`)
    );
  }

  int(name: string, otherwise: number): number {
    return (this.attribute(name, 'int') as number | undefined) ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return (this.attribute(name, 'float') as number | undefined) ?? otherwise;
  }

  string(name: string, otherwise: string): string {
    return (this.attribute(name, 'string') as string | undefined) ?? otherwise;
  }

  /** An attribute that is a tensor. */
  constantAttribute(name: string): Tensor | undefined {
    return this.attribute(name, 'tensor') as Tensor | undefined;
  }

  ints(name: string): readonly number[] | undefined {
    return this.attribute(name, 'ints') as readonly number[] | undefined;
  }

  private attribute(name: string, type: Attribute['type']): Attribute['value'] | undefined {
    const attribute = this.node.attributes[name];
    if (attribute !== undefined && attribute.type !== type)
      this.fail(`attribute ${name} is of type ${attribute.type}, expected ${type}`);
    return attribute?.value;
  }

  /** Throws a GraphError that names this node. */
  fail(problem: string): never {
    throw new GraphError({ operator: this.node.operator, node: this.node.name }, problem);
  }

  /** Throws an UnsupportedOperatorError that names this node. */
  unsupported(problem: string): never {
    throw new UnsupportedOperatorError(
      { operator: this.node.operator, node: this.node.name },
      `not supported: ${problem}`,
    );
  }
}

/** What a gradient rule sees: the node, its results, and the gradients that flowed into them. */
export interface GradientView {
  readonly g: GraphBuilder;
  readonly view: NodeView;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly (Value | undefined)[];
  /** Gradient of the loss with respect to each output; undefined where the loss does not see it. */
  readonly gradients: readonly (Value | undefined)[];
  /** Whether anybody asks for the gradient of that input. */
  wants(index: number): boolean;
}

/** An ONNX operator: its shape rule, its gradient and its values side by side. */
export interface Operator {
  readonly name: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute['type']>>;
  /** Element type and shape of every output. Throws GraphError where the inputs do not fit. */
  shape(view: NodeView): ValueType[];
  /** Gradients for each input, undefined where none flows. Absent: cannot be differentiated. */
  gradient?(view: GradientView): (Value | undefined)[];
  /**
   * The outputs themselves, of the types the shape rule gave, where they follow from shapes and from inputs
   * known before the graph runs; undefined where they do not. Operators that exporters compute sizes with
   * have it.
   */
  evaluate?(view: NodeView, types: readonly ValueType[]): readonly Tensor[] | undefined;
}
