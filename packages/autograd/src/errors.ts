/** Where in a graph a fault lies. */
export interface GraphPlace {
  readonly operator?: string;
  readonly node?: string;
}

function at(place: GraphPlace): string {
  const operator = place.operator ?? 'graph';
  return place.node ? `${operator} (node "${place.node}")` : operator;
}

/** Thrown when a graph breaks an operator's rule: shapes that do not fit, attributes out of range. */
export class GraphError extends Error {
  override readonly name: string = 'GraphError';

  constructor(
    readonly place: GraphPlace,
    problem: string,
  ) {
    super(`${at(place)}: ${problem}`);
  }
}

/** Thrown when an operator, or its gradient, or one form of it, is not implemented here. */
export class UnsupportedOperatorError extends GraphError {
  override readonly name = 'UnsupportedOperatorError';
}

/** Thrown when bytes are not a file of the format they claim: ONNX or safetensors. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
