import { UnsupportedOperatorError } from '../errors.js';
import { dataTypeCodes } from '../onnx/data-types.js';
import type { DataType } from '../tensor.js';
import { elementwise } from './evaluate.js';
import type { Operator } from './operator.js';

const byCode = new Map(
  Object.entries(dataTypeCodes).map(([type, code]) => [code, type as DataType]),
);

/** The gradient is cast back; an integer or bool input has none. */
export const Cast: Operator = {
  name: 'Cast',
  attributes: { to: 'int' },
  shape: (view) => {
    const code = view.requiredInt('to');
    const type = byCode.get(code);
    if (type === undefined)
      throw new UnsupportedOperatorError(
        { operator: 'Cast', node: view.node.name },
        `element type ${code} is not supported`,
      );
    return [{ type, shape: view.input(0).shape }];
  },
  gradient: ({ g, gradients: [dy], inputs: [x] }) => [
    dy && x?.type.startsWith('float')
      ? g.apply('Cast', [dy], { to: dataTypeCodes[x.type] })
      : undefined,
  ],
  evaluate: elementwise((x) => x),
};
