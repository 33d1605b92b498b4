import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { objectives } from '@vascula/core';
import {
  type CalibrateResult,
  calibrateRun,
  calibrationNotices,
  describeChoice,
  type RunCalibration,
} from '../calibration/index.js';
import type { Dataset } from '../dataset/index.js';
import { claimEmptyFolder, exists } from '../files/index.js';
import { writePage } from '../pages/index.js';
import { jsonText, openRun, type Run, runFiles, writePostprocessing } from '../run/index.js';
import type { CalibrateFlags } from './calibrate.js';
import { datasetOptions } from './data-flags.js';
import { openRunDataset } from './run-dataset.js';
import { startStages } from './stages.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';
import { withEngine } from './with-engine.js';

/** Chooses rules for a run on this machine, writes the page about them and stores them with the run. */
export async function calibrateHere(
  terminal: Terminal,
  folder: string,
  flags: CalibrateFlags,
): Promise<void> {
  const run = await openRun(folder);
  const named = { folder: flags.data, ...datasetOptions(flags) };
  const dataset = await openRunDataset(run, named, 'Have they moved? Name the folder with --data');
  const output = flags.output ?? join(folder, 'calibration');
  // Before the work whose result it is to hold.
  await claimEmptyFolder(output);
  const result = await chosen(terminal, run, dataset, output, flags);
  const path = runFiles(folder).postprocessing;
  const { calibration, page, stored } = result;
  const replaces = await exists(path);
  // Last: rules in use are rules whose page is there.
  await writePostprocessing(folder, stored);
  for (const notice of calibrationNotices(calibration)) terminal.err(`Note: ${notice}\n`);
  terminal.out(
    flags.json
      ? jsonText(page.data)
      : describe(
          calibration,
          join(output, 'index.html'),
          `${path}${replaces ? ' (in place of earlier ones)' : ''}`,
        ),
  );
}

/** Chooses, and writes the page. */
async function chosen(
  terminal: Terminal,
  run: Run,
  dataset: Dataset,
  output: string,
  flags: CalibrateFlags,
): Promise<CalibrateResult> {
  const stages = startStages(terminal);
  const signal = terminal.interrupted;
  const request = {
    by: flags.by === undefined ? objectives : [flags.by],
    seed: flags.seed,
    tta: flags.tta ?? 'none',
    version,
    threads: flags.threads ?? availableParallelism(),
  };
  try {
    const result = await withEngine(terminal, flags, (runtime) =>
      calibrateRun(run, dataset, runtime, request, { progress: stages.update, signal }),
    );
    await writePage(output, result.page, {
      progress: (done, total) => stages.update('Writing', 'files', done, total),
      signal,
    });
    return result;
  } finally {
    stages.finish();
  }
}

function describe({ epoch, tiles, choices }: RunCalibration, page: string, rules: string): string {
  return [
    `${tiles.length} validation tile${tiles.length === 1 ? '' : 's'}, weights of epoch ${epoch}.`,
    ...choices.flatMap((choice) => ['', ...describeChoice(choice)]),
    '',
    `page     ${page}`,
    `rules    ${rules}`,
    '',
  ].join('\n');
}
