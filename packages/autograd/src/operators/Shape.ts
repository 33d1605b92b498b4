import { int64 } from '../tensor.js';
import type { NodeView, Operator } from './operator.js';

/** The sizes of its input, or those from `start` to `end`: known before the graph runs. */
export const Shape: Operator = {
  name: 'Shape',
  attributes: { start: 'int', end: 'int' },
  shape: (view) => [{ type: 'int64', shape: [sizes(view).length] }],
  evaluate: (view) => [int64(sizes(view))],
};

function sizes(view: NodeView): readonly number[] {
  const { shape } = view.input(0);
  // Places beyond the ends are cut off, and negative ones count from the end: as `slice` has it.
  return shape.slice(view.int('start', 0), view.int('end', shape.length));
}
