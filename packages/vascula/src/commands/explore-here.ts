import { explorePage } from '../explore/index.js';
import { claimEmptyFolder } from '../files/index.js';
import { datasetOptions } from './data-flags.js';
import type { ExploreFlags } from './explore.js';
import type { Terminal } from './terminal.js';
import { writePageHere } from './write-page-here.js';

/** Explores a dataset on this machine and writes its page. */
export async function exploreHere(
  terminal: Terminal,
  dir: string,
  { output, seed, json, ...flags }: ExploreFlags,
): Promise<void> {
  // Before the work whose result it is to hold.
  await claimEmptyFolder(output);
  await writePageHere(terminal, output, json === true, (hooks) =>
    explorePage(dir, { ...datasetOptions(flags), seed }, hooks),
  );
}
