import { comparePage, type NamedRun, runNames } from '../compare/index.js';
import { claimEmptyFolder } from '../files/index.js';
import { openRun } from '../run/index.js';
import type { CompareFlags } from './compare.js';
import { datasetOptions } from './data-flags.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';
import { writePageHere } from './write-page-here.js';

/** Evaluates runs on this machine and writes the page that compares them. */
export async function compareHere(
  terminal: Terminal,
  folders: readonly string[],
  flags: CompareFlags,
): Promise<void> {
  const named = { folder: flags.data, ...datasetOptions(flags) };
  const names = runNames(folders);
  const given: NamedRun[] = [];
  for (const [at, folder] of folders.entries()) {
    const run = await openRun(folder);
    const hint = 'Have they moved? Name the folder with --data';
    const dataset = await openRunDataset(run, named, hint);
    given.push({ name: names[at] as string, run, dataset });
  }
  // Before the work whose result it is to hold.
  await claimEmptyFolder(flags.output);
  await withEngine(terminal, flags, (runtime) =>
    writePageHere(terminal, flags.output, flags.json === true, (hooks) =>
      comparePage(given, runtime, { seed: flags.seed }, hooks),
    ),
  );
}
