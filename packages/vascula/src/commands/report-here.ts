import { join } from 'node:path';
import { claimEmptyFolder } from '../files/index.js';
import { reportPage } from '../report/index.js';
import { openRun } from '../run/index.js';
import { datasetOptions } from './data-flags.js';
import type { ReportFlags } from './report.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';
import { writePageHere } from './write-page-here.js';

/** Evaluates a run on this machine and writes its page. */
export async function reportHere(
  terminal: Terminal,
  folder: string,
  flags: ReportFlags,
): Promise<void> {
  const run = await openRun(folder);
  const named = { folder: flags.data, ...datasetOptions(flags) };
  const dataset = await openRunDataset(run, named, 'Have they moved? Name the folder with --data');
  const output = flags.output ?? join(folder, 'report');
  // Before the work whose result it is to hold.
  await claimEmptyFolder(output);
  await withEngine(terminal, flags, (runtime) =>
    writePageHere(terminal, output, flags.json === true, (hooks) =>
      reportPage(run, dataset, runtime, { seed: flags.seed, tta: flags.tta }, hooks),
    ),
  );
}
