import { architectureFigure, type Row, summariseModel, type Table } from '@vascula/core';
import type { Block } from '../pages/index.js';
import type { RunResults, Setting } from '../report/index.js';

/** What the runs were asked to do, a column for each. */
export function configurationTable(
  runs: readonly { readonly name: string; readonly settings: readonly Setting[] }[],
): Table {
  const all = runs.map(({ settings }) => settings);
  const key = ({ name }: { readonly name: string }) => `run ${name}`;
  // Not every run has every setting: one of pairs has masks, another label files.
  const labels = new Set(all.flatMap((one) => one.map(({ label }) => label)));
  const rows = [...labels].map((label): Row => {
    const values = all.map((one) => one.find((setting) => setting.label === label)?.value ?? null);
    return {
      setting: label,
      same: new Set(values).size === 1 ? 'same' : 'differs',
      ...Object.fromEntries(runs.map((run, k) => [key(run), values[k] ?? null])),
    };
  });
  return {
    columns: [
      { name: 'setting', label: 'setting', kind: 'text' },
      { name: 'same', label: 'in all runs', kind: 'text' },
      ...runs.map((run) => ({ name: key(run), label: run.name, kind: 'text' as const })),
    ],
    // What differs is what a comparison is about.
    rows: rows.toSorted((a, b) => Number(a.same === 'same') - Number(b.same === 'same')),
  };
}

/** The networks' parameters, and a drawing of each network that differs from those before. */
export function networkBlocks(runs: readonly RunResults[]): Block[] {
  const rows = runs.map(({ name, model }): Row => {
    const { spec } = model;
    const { architecture } = spec;
    const {
      base,
      depth,
      kernel,
      localContrast = null,
    } = spec.architecture === 'onnx' ? { base: null, depth: null, kernel: null } : spec;
    const { layers: _, ...parameters } = summariseModel(model);
    return { run: name, architecture, base, depth, kernel, localContrast, ...parameters };
  });
  const drawings = new Map<string, RunResults[]>();
  for (const run of runs) {
    if (run.model.spec.architecture === 'onnx') continue;
    const { height, width } = run.run.config.data.tileSize;
    const key = JSON.stringify([run.model.spec, height, width]);
    drawings.set(key, [...(drawings.get(key) ?? []), run]);
  }
  return [
    {
      kind: 'table',
      name: 'parameters',
      title: 'Parameters',
      caption:
        'Parameters not trained are running statistics of batch normalisation, and those frozen.',
      table: {
        columns: [
          { name: 'run', label: 'run', kind: 'text' },
          { name: 'architecture', label: 'network', kind: 'text' },
          { name: 'base', label: 'channels of the first level', kind: 'integer' },
          { name: 'depth', label: 'levels', kind: 'integer' },
          { name: 'kernel', label: 'convolutions', unit: 'px', kind: 'integer' },
          { name: 'localContrast', label: 'local contrast', unit: 'px', kind: 'integer' },
          { name: 'parameters', label: 'parameters', kind: 'integer' },
          { name: 'trainable', label: 'trained', kind: 'integer' },
          { name: 'nonTrainable', label: 'not trained', kind: 'integer' },
        ],
        rows,
      },
    },
    ...[...drawings.values()].map((of, at): Block => {
      const figure = architectureFigure((of[0] as RunResults).model);
      const names = of.map(({ name }) => name).join(', ');
      return {
        kind: 'figure',
        figure: {
          ...figure,
          name: `${figure.name}-${at + 1}`,
          title: `${figure.title} (${names})`,
        },
      };
    }),
  ];
}

/** How each run's tiles were parted. */
export function splitTable(runs: readonly RunResults[]): Table {
  return {
    columns: [
      { name: 'run', label: 'run', kind: 'text' },
      { name: 'by', label: 'parted by', kind: 'text' },
      { name: 'seed', label: 'seed', kind: 'integer' },
      { name: 'fold', label: 'fold', kind: 'text' },
      { name: 'train', label: 'training tiles', kind: 'integer' },
      { name: 'validation', label: 'validation tiles', kind: 'integer' },
      { name: 'neighbours', label: 'of these beside a training tile', kind: 'integer' },
    ],
    rows: runs.map(({ name, run: { config, split } }) => ({
      run: name,
      by: config.split.by,
      seed: config.split.seed,
      fold: split.fold === undefined ? null : `${split.fold.number} of ${split.fold.of}`,
      train: split.train.length,
      validation: split.validation.length,
      neighbours: split.neighbours,
    })),
  };
}
