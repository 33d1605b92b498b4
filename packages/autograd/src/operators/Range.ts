import { tensorOf } from './evaluate.js';
import type { NodeView, Operator } from './operator.js';

/** Numbers from `start` on in steps of `delta`, before `limit`; all three constants. */
export const Range: Operator = {
  name: 'Range',
  shape: (view) => [{ type: view.input(0).type, shape: [count(view)] }],
  evaluate: (view, [type]) => {
    const [start, , delta] = bounds(view);
    return (
      type &&
      tensorOf(
        type,
        Array.from({ length: count(view) }, (_, i) => start + i * delta),
      )
    );
  },
};

function bounds(view: NodeView): [start: number, limit: number, delta: number] {
  const bound = (index: number) =>
    view.constant(index)?.[0] ?? view.fail(`input ${index} is missing`);
  return [bound(0), bound(1), bound(2)];
}

function count(view: NodeView): number {
  const [start, limit, delta] = bounds(view);
  if (delta === 0) view.fail('a step of 0');
  return Math.max(0, Math.ceil((limit - start) / delta));
}
