import { isDeepStrictEqual } from 'node:util';
import type { Dataset } from '../dataset/index.js';
import { type FoldsEvaluation, foldNotes, type WithRuntime } from '../evaluation/index.js';
import type { Folds } from '../folds/index.js';
import type { Block, Page, Section } from '../pages/index.js';
import {
  collectFolds,
  counted,
  foldsSettings,
  foldsTable,
  type PageHooks,
  type PageRequest,
} from '../report/index.js';
import { seenTiles } from '../run/index.js';
import { assessmentSection } from './assessment-section.js';
import type { Compared } from './compared.js';
import { configurationTable } from './configuration-blocks.js';
import { pairSection } from './pair-section.js';
import { comparePairs, pairSentence } from './pairs.js';
import { runScores, scoreSection } from './score-section.js';
import { type SharedTiles, sharedTiles, tilesOf } from './shared-tiles.js';
import { tileThumbnails } from './tile-figure.js';

/** A cross-validation with the dataset that holds its tiles, and what it is called on the page (`runNames`). */
export interface NamedFolds {
  readonly name: string;
  readonly folds: Folds;
  readonly dataset: Dataset;
}

interface ComparedFolds extends Compared {
  readonly folds: Folds;
  readonly evaluation: FoldsEvaluation;
}

/**
 * Several cross-validations beside each other, as a page: tile by tile, each scored by the fold that was not
 * trained on it. Throws InputError as `collectFolds`.
 */
export async function compareFoldsPage(
  given: readonly NamedFolds[],
  withRuntime: WithRuntime,
  request: PageRequest,
  hooks: PageHooks,
): Promise<Page> {
  const { seed } = request;
  const compared: ComparedFolds[] = [];
  for (const { name, folds, dataset } of given) {
    const results = await collectFolds(folds, dataset, withRuntime, request, {
      progress: (done, total) => hooks.progress?.(`Evaluating ${name}`, done, total),
      signal: hooks.signal,
    });
    const { evaluation, tiles, thumbnails } = results;
    compared.push({ name, folds, dataset, evaluation, tiles, thumbnails });
  }
  const shared = sharedTiles(compared);
  const { ids } = shared;
  const own = compared.map((one) => runScores(one, one.tiles, seed));
  const onShared =
    ids.length === 0 ? undefined : compared.map((one) => runScores(one, tilesOf(one, ids), seed));
  const pairs = comparePairs(compared, seed);
  const sections: Section[] = [
    {
      id: 'summary',
      title: 'Summary',
      blocks: [
        ...notices(compared, shared),
        { kind: 'text', paragraphs: pairs.map(pairSentence) },
        ...compared.map(
          ({ name, evaluation }, at): Block => ({
            kind: 'table',
            name: `folds-${at + 1}`,
            title: `Fold by fold: ${name}`,
            caption: foldNotes.join(' '),
            table: foldsTable(evaluation),
          }),
        ),
      ],
    },
    scoreSection(onShared, own),
    assessmentSection(compared, ids.length),
    pairSection(pairs, compared, ids),
    {
      id: 'configuration',
      title: 'Configuration',
      blocks: [
        {
          kind: 'table',
          name: 'configuration',
          title: 'Settings',
          caption: 'What differs comes first.',
          table: configurationTable(
            compared.map(({ name, folds }) => ({ name, settings: foldsSettings(folds) })),
          ),
        },
      ],
    },
  ];
  return {
    title: `Comparison: ${compared.map(({ name }) => name).join(', ')}`,
    subtitle: `${compared.length} cross-validations, compared on ${counted(ids.length, 'tile')}, each by a fold that was not trained on it`,
    sections,
    data: {
      format: 'vascula folds comparison 1',
      seed,
      runs: compared.map(({ name, folds, evaluation, tiles }) => ({
        name,
        config: folds.record.config,
        folds: folds.record.folds,
        evaluation,
        tiles,
      })),
      shared,
      pairs,
    },
    ...(ids.length > 0 && { hoverPictures: await tileThumbnails(compared, ids) }),
  };
}

/** What a reader must know before comparing the numbers. */
function notices(compared: readonly ComparedFolds[], { ids, different }: SharedTiles): Block[] {
  const blocks: Block[] = [];
  const notice = (level: 'info' | 'warning', text: string) =>
    blocks.push({ kind: 'notice', level, text });
  for (const { name, folds } of compared) {
    const { config, finished } = folds.record;
    const done = finished.filter(({ epochs }) => epochs === config.recipe.epochs).length;
    if (done < folds.runs.length)
      notice('warning', `${name} is not finished: ${done} of ${folds.runs.length} folds.`);
  }
  if (different > 0)
    notice(
      'warning',
      `${counted(different, 'tile')} with other pixels or another truth in one of the datasets, left out of the comparison.`,
    );
  if (ids.length === 0)
    notice('warning', 'No tile was validated by all: their scores do not compare.');
  // The same folds under other numbers are the same.
  const [first, ...others] = compared.map(({ folds }) =>
    folds.runs
      .map(({ split }) => JSON.stringify([seenTiles(split).sort(), split.validation]))
      .sort(),
  );
  if (others.some((splits) => !isDeepStrictEqual(splits, first)))
    notice(
      'info',
      'The folds are parted differently, or other tiles were trained on: a part of the difference may be due to that.',
    );
  return blocks;
}
