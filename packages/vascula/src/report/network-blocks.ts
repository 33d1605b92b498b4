import {
  architectureFigure,
  type Model,
  type Row,
  summariseModel,
  type Table,
} from '@vascula/core';
import type { Block } from '../pages/index.js';

/** The drawing of a network, its summary table, and its parameters counted. */
export function networkBlocks(model: Model): Block[] {
  const { parameters, trainable, nonTrainable } = summariseModel(model);
  const number = (value: number) => value.toLocaleString('en-US');
  return [
    // A network from a file may have any shape: its layers say what there is to see.
    ...(model.spec.architecture === 'onnx'
      ? []
      : [{ kind: 'figure', figure: architectureFigure(model) } as const]),
    {
      kind: 'facts',
      items: [
        { label: 'parameters', value: number(parameters) },
        { label: 'trained', value: number(trainable) },
        { label: 'not trained (running statistics, frozen)', value: number(nonTrainable) },
      ],
    },
    {
      kind: 'table',
      name: 'layers',
      title: 'Layers',
      caption: 'Every layer in its order, for one whole tile. Sizes are height × width × channels.',
      table: layerTable(model),
    },
  ];
}

function layerTable({ layers }: Model): Table {
  const rows = layers.map(({ name, type, outputShape, parameters, nonTrainable }): Row => {
    const [, height, width, channels] = outputShape;
    return { name, type, output: `${height} × ${width} × ${channels}`, parameters, nonTrainable };
  });
  return {
    columns: [
      { name: 'name', label: 'layer', kind: 'text' },
      { name: 'type', label: 'type', kind: 'text' },
      { name: 'output', label: 'output', kind: 'text' },
      { name: 'parameters', label: 'parameters', kind: 'integer' },
      { name: 'nonTrainable', label: 'of these not trained', kind: 'integer' },
    ],
    rows,
  };
}
