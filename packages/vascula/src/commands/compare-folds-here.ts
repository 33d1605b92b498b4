import { compareFoldsPage, type NamedFolds, runNames } from '../compare/index.js';
import { claimEmptyFolder } from '../files/index.js';
import { openFolds } from '../folds/index.js';
import type { CompareFlags } from './compare.js';
import { datasetOptions } from './data-flags.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';
import { writePageHere } from './write-page-here.js';

/** Evaluates cross-validations on this machine, out of fold, and writes the page that compares them. */
export async function compareFoldsHere(
  terminal: Terminal,
  folders: readonly string[],
  flags: CompareFlags,
): Promise<void> {
  const named = { folder: flags.data, ...datasetOptions(flags) };
  const names = runNames(folders);
  const given: NamedFolds[] = [];
  for (const [at, folder] of folders.entries()) {
    const folds = await openFolds(folder);
    const hint = 'Have they moved? Name the folder with --data';
    const dataset = await openRunDataset(folds.record, named, hint);
    given.push({ name: names[at] as string, folds, dataset });
  }
  // Before the work whose result it is to hold.
  await claimEmptyFolder(flags.output);
  await writePageHere(terminal, flags.output, flags.json === true, (hooks) =>
    compareFoldsPage(
      given,
      (task) => withEngine(terminal, flags, task),
      { seed: flags.seed },
      hooks,
    ),
  );
}
