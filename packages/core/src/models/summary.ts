import type { Model } from './model.js';
import type { LayerRow } from './network.js';

export interface ModelSummary {
  readonly parameters: number;
  readonly trainable: number;
  readonly nonTrainable: number;
  readonly layers: readonly LayerRow[];
}

export function summariseModel(model: Model): ModelSummary {
  const sum = (key: 'parameters' | 'nonTrainable') =>
    model.layers.reduce((total, layer) => total + layer[key], 0);
  const [parameters, nonTrainable] = [sum('parameters'), sum('nonTrainable')];
  return { parameters, trainable: parameters - nonTrainable, nonTrainable, layers: model.layers };
}

/** The summary as an aligned table, in the form of Keras's `model.summary()`. */
export function formatSummary(summary: ModelSummary): string {
  const header = ['Layer', 'Type', 'Output shape', 'Parameters'];
  const rows = summary.layers.map((layer) => [
    layer.name,
    layer.type,
    `(${layer.outputShape.map((size) => size ?? 'None').join(', ')})`,
    layer.parameters.toLocaleString('en-US'),
  ]);
  const widths = header.map((_, i) =>
    Math.max(...[header, ...rows].map((row) => (row[i] as string).length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        i === 3 ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number),
      )
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(widths.reduce((a, b) => a + b + 2, -2));
  const total = (label: string, value: number) => `${label}: ${value.toLocaleString('en-US')}`;
  return [
    line(header),
    rule,
    ...rows.map(line),
    rule,
    total('Total parameters', summary.parameters),
    total('Trainable parameters', summary.trainable),
    total('Non-trainable parameters', summary.nonTrainable),
  ].join('\n');
}
