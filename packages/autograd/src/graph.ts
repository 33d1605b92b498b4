import type { DataType, Tensor } from './tensor.js';

/** An attribute of a node, tagged as the ONNX file tags it. */
export type Attribute =
  | { readonly type: 'int' | 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: Tensor };

/** One application of an operator. An absent optional input or output is an empty name. */
export interface Node {
  readonly name: string;
  readonly operator: string;
  /** '' is the standard ONNX domain. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A value's name, element type and shape. A string in the shape is a size left open, by its name. */
export interface ValueInfo {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly (number | string)[];
}

/** An ONNX graph as a plain value: nodes in an order in which each comes after what it reads. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Constants and parameters, by value name. */
  readonly initialisers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
}

/** Key of an operator in registries: its name, with the domain where it is not the standard one. */
export function operatorKey(operator: string, domain: string): string {
  return domain === '' || domain === 'ai.onnx' ? operator : `${domain}::${operator}`;
}
