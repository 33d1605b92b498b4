import type { Dataset } from '../dataset/index.js';
import type { Run } from '../run/index.js';
import { type DuplicateTile, findDuplicates, leakedTiles } from '../training/index.js';
import { startStages } from './stages.js';
import type { Terminal } from './terminal.js';

/** After so long a search is worth a line of progress, in milliseconds. */
const QUIET_MS = 2000;

/** Most tiles that a message names. */
const NAMED = 3;

/** Looks for labelled tiles that repeat another, with progress where that takes its time. */
export async function lookForDuplicates(
  terminal: Terminal,
  dataset: Dataset,
): Promise<readonly DuplicateTile[]> {
  const stages = startStages(terminal);
  const start = performance.now();
  try {
    return await findDuplicates(dataset, {
      progress: (done, total) => {
        if (performance.now() - start > QUIET_MS)
          stages.update('Looking for duplicates', 'tiles', done, total);
      },
      signal: terminal.interrupted,
    });
  } finally {
    stages.finish();
  }
}

/** Says which tiles were left out, or that tiles are on both sides of the split: of a run, or of any fold. */
export function tellOfDuplicates(
  terminal: Terminal,
  runs: readonly Pick<Run, 'split'>[],
  found: readonly DuplicateTile[],
): void {
  const dropped = runs[0]?.split.dropped ?? [];
  if (dropped.length > 0)
    terminal.err(
      `Note: left out ${counted(dropped.length, 'labelled tile')} with exactly the pixels of another ` +
        `(${named(dropped.map(({ id, repeats }) => `${id} of ${repeats}`))}; all in split.json). ` +
        `--duplicates keep trains on them too.\n`,
    );
  const leaked =
    dropped.length > 0
      ? []
      : runs.flatMap(({ split: { train, earlier, validation } }) =>
          leakedTiles({ train: [...train, ...earlier], validation }, found),
        );
  if (leaked.length > 0)
    terminal.err(
      `Warning: ${counted(leaked.length, 'validation tile')} with exactly the pixels of a training tile ` +
        `(${named(leaked)}): the validation score is better than that of new tiles. ` +
        `--duplicates drop leaves them out.\n`,
    );
}

function named(names: readonly string[]): string {
  const others = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
