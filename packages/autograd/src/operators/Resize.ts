import type { GraphBuilder } from '../builder.js';
import { interpolationMatrix } from './interpolation.js';
import type { NodeView, Operator, Value } from './operator.js';

/**
 * Resizing of the two spatial axes of [N, C, H, W], nearest or linear.
 *
 * It is linear and separable, y = A_h x A_w': the gradient is A_h' dy A_w, two matrix products with
 * constants.
 */
export const Resize: Operator = {
  name: 'Resize',
  attributes: {
    mode: 'string',
    coordinate_transformation_mode: 'string',
    nearest_mode: 'string',
    cubic_coeff_a: 'float',
    exclude_outside: 'int',
    extrapolation_value: 'float',
  },
  shape: (view) => {
    const { type, shape } = view.input(0);
    if (shape.length !== 4) view.unsupported(`an input of shape [${shape}]; expected N, C, H, W`);
    const { sizes } = target(view);
    if (sizes[0] !== shape[0] || sizes[1] !== shape[1])
      view.unsupported('resizing of the batch or channel axis');
    return [{ type, shape: sizes }];
  },
  gradient: ({ g, view, gradients: [dy], inputs: [x] }) => {
    if (!dy || !x) return [];
    const { scales } = target(view);
    const matrix = (axis: number): Value => {
      const [size, wanted] = [x.shape[axis] as number, dy.shape[axis] as number];
      const data = interpolationMatrix(view, size, wanted, scales[axis] as number);
      return g.constant({ type: 'float32', shape: [wanted, size], data });
    };
    const columns = g.apply('MatMul', [dy, matrix(3)]);
    return [g.apply('MatMul', [transposed(g, matrix(2)), columns])];
  },
};

function transposed(g: GraphBuilder, matrix: Value): Value {
  return g.apply('Transpose', [matrix], { perm: [1, 0] });
}

function target(view: NodeView): { sizes: number[]; scales: number[] } {
  const { shape } = view.input(0);
  const sizes = view.inputs[3] ? view.constant(3) : undefined;
  if (sizes) return { sizes, scales: sizes.map((size, a) => size / (shape[a] as number)) };
  const scales = view.constant(2) ?? view.fail('neither scales nor sizes are given');
  return { sizes: shape.map((size, a) => Math.floor(size * (scales[a] as number))), scales };
}
