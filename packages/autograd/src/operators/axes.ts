import type { NodeView } from './operator.js';

/** An axis from 0, given one that may count from the end; a fault of the graph outside the rank. */
export function axisOf(view: NodeView, axis: number, rank: number): number {
  if (axis < -rank || axis >= rank) view.fail(`axis ${axis} of a tensor of rank ${rank}`);
  return axis < 0 ? axis + rank : axis;
}
