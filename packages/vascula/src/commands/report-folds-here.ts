import { join } from 'node:path';
import { claimEmptyFolder } from '../files/index.js';
import { openFolds } from '../folds/index.js';
import { foldsPage } from '../report/index.js';
import { datasetOptions } from './data-flags.js';
import type { ReportFlags } from './report.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';
import { writePageHere } from './write-page-here.js';

/** Evaluates all folds of a cross-validation on this machine, out of fold, and writes their page. */
export async function reportFoldsHere(
  terminal: Terminal,
  folder: string,
  flags: ReportFlags,
): Promise<void> {
  const folds = await openFolds(folder);
  const named = { folder: flags.data, ...datasetOptions(flags) };
  const hint = 'Have they moved? Name the folder with --data';
  const dataset = await openRunDataset(folds.record, named, hint);
  const output = flags.output ?? join(folder, 'report');
  // Before the work whose result it is to hold.
  await claimEmptyFolder(output);
  await writePageHere(terminal, output, flags.json === true, (hooks) =>
    foldsPage(
      folds,
      dataset,
      (task) => withEngine(terminal, flags, task),
      { seed: flags.seed, tta: flags.tta },
      hooks,
    ),
  );
}
