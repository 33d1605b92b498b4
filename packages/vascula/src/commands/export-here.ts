import { unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { InputError } from '@vascula/core';
import { type Artefact, exportRun, modelCard } from '../artefact/index.js';
import type { Dataset } from '../dataset/index.js';
import { requireNewFile, writeFileAtomic } from '../files/index.js';
import { jsonText, openRun, type Run } from '../run/index.js';
import { requireTiles } from '../training/index.js';
import type { ExportFlags } from './export.js';
import { openRunDataset } from './run-dataset.js';
import { startStages } from './stages.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';
import { withEngine } from './with-engine.js';

/** Exports a run's best weights and writes the card about them. */
export async function exportHere(
  terminal: Terminal,
  folder: string,
  flags: ExportFlags,
): Promise<void> {
  const { output } = flags;
  if (!/.\.onnx$/i.test(basename(output)))
    throw new InputError({
      path: output,
      problem: 'is not named as a model',
      expected: 'NAME.onnx',
    });
  const card = output.replace(/\.onnx$/i, '.md');
  for (const path of [output, card]) await requireNewFile(path);
  const run = await openRun(folder);
  const dataset = await datasetOf(run, flags);
  const artefact = await exported(terminal, run, dataset, flags);
  for (const note of artefact.notes) terminal.err(`Note: ${note}.\n`);
  const { facts, bytes } = artefact;
  await writeFileAtomic(card, modelCard(facts, basename(output)), { overwrite: false });
  try {
    await writeFileAtomic(output, bytes, { overwrite: false });
  } catch (error) {
    // A card without its model is of no use, and would stand in the way of the next try.
    await unlink(card).catch(() => undefined);
    throw error;
  }
  const { testTile, ...rest } = facts;
  const { origin, width, height } = testTile;
  terminal.out(
    flags.json
      ? jsonText({
          file: output,
          card,
          bytes: bytes.length,
          ...rest,
          testTile: { origin, width, height },
        })
      : `model    ${output}, ${sizeOf(bytes.length)}\ncard     ${card}\n` +
          `tile     ${width} x ${height}, ${origin === 'validation' ? 'of a validation tile: its pixels go out with the model' : 'synthetic'}\n`,
  );
}

async function datasetOf(run: Run, { data, polygons }: ExportFlags): Promise<Dataset | undefined> {
  if (data === false) {
    if (polygons !== undefined)
      throw new InputError({ path: '--polygons', problem: 'is given with --no-data' });
    return undefined;
  }
  const hint = 'Have they moved? Name the folder with --data, or export without them: --no-data';
  const dataset = await openRunDataset(run, { folder: data, polygons }, hint);
  requireTiles(dataset, [...run.split.train, ...run.split.validation]);
  return dataset;
}

function exported(
  terminal: Terminal,
  run: Run,
  dataset: Dataset | undefined,
  { input, pixelSize, testTile }: ExportFlags,
): Promise<Artefact> {
  const stages = startStages(terminal);
  return withEngine(terminal, {}, (runtime) =>
    exportRun(
      run,
      dataset,
      runtime,
      { version, input, pixelSize, testTile: testTile ? 'validation' : 'synthetic' },
      {
        progress: (done, total) => stages.update('Digesting', 'tiles', done, total),
        signal: terminal.interrupted,
      },
    ).finally(() => stages.finish()),
  );
}

function sizeOf(bytes: number): string {
  return bytes < 2 ** 20
    ? `${Math.ceil(bytes / 2 ** 10)} KiB`
    : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
