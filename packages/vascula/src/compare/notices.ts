import type { Block } from '../pages/index.js';
import { counted, type RunResults } from '../report/index.js';
import type { SharedTiles } from './shared-tiles.js';

/** What a reader must know before comparing the numbers. */
export function comparisonNotices(
  runs: readonly RunResults[],
  scored: readonly RunResults[],
  shared: SharedTiles,
): Block[] {
  const blocks: Block[] = [];
  const notice = (level: 'info' | 'warning', text: string) =>
    blocks.push({ kind: 'notice', level, text });
  for (const { name } of runs.filter((run) => !scored.includes(run)))
    notice(
      'warning',
      `${name} was stopped before its first validation: it has no weights to score. It is in the tables of ` +
        'what was asked, and nowhere else.',
    );
  if (scored.length < 2) {
    notice('warning', 'Fewer than two runs have weights: there is nothing to compare yet.');
    return blocks;
  }
  const { ids, different } = shared;
  const most = Math.max(...scored.map(({ tiles }) => tiles.length));
  if (different > 0)
    notice(
      'warning',
      `The runs name different data: ${counted(different, 'tile')} that all of them validated, with other pixels ` +
        'or another truth in one of the datasets, left out of the comparison.',
    );
  if (ids.length === 0)
    notice(
      'warning',
      'No tile was validated by all runs: their scores are of different tiles and do not compare. They are ' +
        'shown beside each other all the same, without a test of the difference.',
    );
  else if (ids.length < most)
    notice(
      'info',
      `The runs validated different tiles. They are compared on ${counted(ids.length, 'tile')} that all of them validated; ` +
        'on any other tile one of them may have been trained.',
    );
  const cutoffs = scored.map(({ name, run }) => `${name} ${run.config.recipe.cutoff}`);
  if (new Set(scored.map(({ run }) => run.config.recipe.cutoff)).size > 1)
    notice('info', `Each run is scored at its own cutoff: ${cutoffs.join(', ')}.`);
  const beside = scored.filter(({ run }) => run.split.neighbours > 0);
  if (beside.length > 0)
    notice(
      'warning',
      `Validation tiles of ${beside.map(({ name }) => name).join(', ')} touch training tiles of their slide: ` +
        'scores on a new slide will be lower.',
    );
  return blocks;
}
