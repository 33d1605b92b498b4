import { GraphError, type GraphPlace } from './errors.js';
import type { Attribute } from './graph.js';
import type { Operator } from './operators/operator.js';
import type { Tensor } from './tensor.js';

/** Attributes as they are written by hand: their ONNX types are the operator's to say. */
export type PlainAttributes = Readonly<
  Record<string, number | string | readonly number[] | readonly string[] | Tensor>
>;

const isNumber = (value: unknown) => typeof value === 'number';
const isString = (value: unknown) => typeof value === 'string';
const arrayOf = (holds: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(holds);

const fits: Readonly<Record<Attribute['type'], (value: unknown) => boolean>> = {
  int: Number.isInteger,
  float: isNumber,
  string: isString,
  ints: arrayOf(Number.isInteger),
  floats: arrayOf(isNumber),
  strings: arrayOf(isString),
  tensor: (value) => typeof value === 'object' && value !== null && 'data' in value,
};

/**
 * Plain attributes with the types the operator declares. Throws GraphError for a name it does not
 * have and for a value of another type.
 */
export function tagAttributes(
  operator: Operator,
  attributes: PlainAttributes,
  place: GraphPlace,
): Readonly<Record<string, Attribute>> {
  const tagged = Object.entries(attributes).map(([name, value]) => {
    const type = declaredType(operator, name, place);
    if (!fits[type](value))
      throw new GraphError(place, `attribute ${name} is ${value}, expected ${type}`);
    return [name, { type, value } as Attribute] as const;
  });
  return Object.fromEntries(tagged);
}

/** Holds the attributes of a node that comes from elsewhere against what the operator declares. */
export function checkAttributes(
  operator: Operator,
  attributes: Readonly<Record<string, Attribute>>,
  place: GraphPlace,
): void {
  for (const [name, { type }] of Object.entries(attributes)) {
    const expected = declaredType(operator, name, place);
    if (type !== expected)
      throw new GraphError(place, `attribute ${name} is of type ${type}, expected ${expected}`);
  }
}

/** Attributes as part of a key: equal for equal attributes, whatever their order. */
export function attributeKey(attributes: Readonly<Record<string, Attribute>>): string {
  const parts = Object.keys(attributes)
    .sort()
    .map((name) => {
      const { type, value } = attributes[name] as Attribute;
      if (type === 'tensor') return [name, value.type, `${value.shape}`, `${value.data}`];
      // As text: JSON has neither NaN nor infinities.
      return [name, ...[value].flat().map(String)];
    });
  return JSON.stringify(parts);
}

function declaredType(operator: Operator, name: string, place: GraphPlace): Attribute['type'] {
  const declared = operator.attributes ?? {};
  // Not `declared[name]` alone: every object has a "constructor".
  const type = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (type === undefined) throw new GraphError(place, `has no attribute "${name}"`);
  return type;
}
