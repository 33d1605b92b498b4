import { fixedShape } from '../builder.js';
import { GraphError } from '../errors.js';
import type { Graph } from '../graph.js';
import { liveBytes } from '../passes/live-bytes.js';
import { elementCount, typedArrays } from '../tensor.js';

/** Bytes of the graph's constants, which its session holds as long as it lives. */
export function constantBytes(graph: Graph): number {
  return [...graph.initialisers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}

/**
 * What a run of the graph takes beside its constants, in bytes: inputs, outputs, and what lies between the
 * nodes. 0 where that cannot be known: a size is open, or an operator is not one of this package.
 */
export function runBytes(graph: Graph): number {
  try {
    return [...graph.inputs, ...graph.outputs].reduce(
      (sum, end) => sum + elementCount(fixedShape(end)) * typedArrays[end.type].BYTES_PER_ELEMENT,
      liveBytes(graph),
    );
  } catch (error) {
    if (error instanceof GraphError) return 0;
    throw error;
  }
}
