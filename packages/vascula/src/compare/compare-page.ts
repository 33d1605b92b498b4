import type { Runtime } from '@vascula/autograd';
import { type Row, summariseModel, type Table } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Block, Page, Section } from '../pages/index.js';
import {
  collectResults,
  counted,
  type PageHooks,
  type PageRequest,
  type RunResults,
  settings,
  timings,
  timingsSection,
  trainingCurves,
} from '../report/index.js';
import type { Run } from '../run/index.js';
import { assessmentSection } from './assessment-section.js';
import { configurationTable, networkBlocks, splitTable } from './configuration-blocks.js';
import { comparisonNotices } from './notices.js';
import { pairSection } from './pair-section.js';
import { comparePairs, pairSentence } from './pairs.js';
import { pictureSection } from './picture-section.js';
import { type RunScores, runScores, scoreSection } from './score-section.js';
import { sharedTiles, tilesOf } from './shared-tiles.js';
import { tileThumbnails } from './tile-figure.js';

/** A run with the dataset that holds its tiles, and what it is called on the page (`runNames`). */
export interface NamedRun {
  readonly name: string;
  readonly run: Run;
  readonly dataset: Dataset;
}

/**
 * Several runs beside each other, as a page. Each is evaluated on its own validation tiles; they are
 * compared on the tiles that all of them validated. Throws InputError as `collectResults`.
 */
export async function comparePage(
  given: readonly NamedRun[],
  runtime: Runtime,
  request: PageRequest,
  hooks: PageHooks,
): Promise<Page> {
  const { seed } = request;
  const stage = (name: string) => ({
    progress: (done: number, total: number) => hooks.progress?.(name, done, total),
    signal: hooks.signal,
  });
  const runs: RunResults[] = [];
  for (const { name, run, dataset } of given)
    runs.push(
      await collectResults(name, run, dataset, runtime, request, stage(`Evaluating ${name}`)),
    );
  const scored = runs.filter(({ evaluation }) => evaluation !== undefined);
  const shared = sharedTiles(scored);
  const comparable = scored.length > 1 && shared.ids.length > 0;
  const own = scored.map((run) => runScores(run, run.tiles, seed));
  const onShared = comparable
    ? scored.map((run) => runScores(run, tilesOf(run, shared.ids), seed))
    : undefined;
  const pairs = comparePairs(scored, seed);
  const pictures = comparable
    ? await pictureSection(scored, shared.ids, runtime, seed, stage('Drawing'))
    : undefined;
  const sections: Section[] = [
    {
      id: 'summary',
      title: 'Summary',
      blocks: [
        ...comparisonNotices(runs, scored, shared),
        { kind: 'text', paragraphs: pairs.map(pairSentence) },
        overviewTable(runs, onShared ?? own, comparable),
      ],
    },
    ...(own.length === 0 ? [] : [scoreSection(onShared, own)]),
    assessmentSection(scored, shared.ids.length),
    ...(pairs.length === 0 ? [] : [pairSection(pairs, scored, comparable ? shared.ids : [])]),
    ...(pictures === undefined ? [] : [pictures.section]),
    ...(runs.every(({ history }) => history.length === 0) ? [] : [trainingCurves(runs)]),
    timingsSection(runs),
    { id: 'networks', title: 'Networks', blocks: networkBlocks(runs) },
    {
      id: 'configuration',
      title: 'Configuration',
      blocks: [
        {
          kind: 'table',
          name: 'splits',
          title: 'Splits',
          caption:
            'A validation tile beside a training tile is tissue the network has nearly seen.',
          table: splitTable(runs),
        },
        {
          kind: 'table',
          name: 'configuration',
          title: 'Settings',
          caption: 'What differs comes first.',
          table: configurationTable(
            runs.map(({ name, run }) => ({ name, settings: settings(run.config) })),
          ),
        },
      ],
    },
  ];
  return {
    title: `Comparison: ${runs.map(({ name }) => name).join(', ')}`,
    subtitle: `${runs.length} runs, compared on ${counted(shared.ids.length, 'validation tile')}`,
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    data: {
      format: 'vascula comparison 1',
      seed,
      runs: runs.map((results) => runData(results, own)),
      shared: {
        ...shared,
        iou: (onShared ?? []).map(({ results, overall, groups }) => ({
          run: results.name,
          overall,
          groups,
        })),
      },
      pairs,
      pictures: pictures?.shown ?? null,
    },
    ...(comparable && { hoverPictures: await tileThumbnails(scored, shared.ids) }),
  };
}

/** A line for each run. */
function overviewTable(
  runs: readonly RunResults[],
  scores: readonly RunScores[],
  comparable: boolean,
): Block {
  const rows = runs.map((results): Row => {
    const { overall } = scores.find((one) => one.results === results) ?? {};
    const { epochSeconds, tileSeconds } = timings(results);
    return {
      run: results.name,
      parameters: summariseModel(results.model).parameters,
      epoch: results.evaluation?.epoch ?? null,
      tiles: overall?.tiles ?? 0,
      iou: overall?.iou ?? null,
      low: overall?.low ?? null,
      high: overall?.high ?? null,
      epochSeconds,
      tileMilliseconds: tileSeconds === null ? null : 1000 * tileSeconds,
    };
  });
  const table: Table = {
    columns: [
      { name: 'run', label: 'run', kind: 'text' },
      { name: 'parameters', label: 'parameters', kind: 'integer' },
      { name: 'epoch', label: 'epoch of the weights', kind: 'integer' },
      { name: 'tiles', label: 'tiles', kind: 'integer' },
      { name: 'iou', label: 'mean IoU', kind: 'number' },
      { name: 'low', label: '95 % from', kind: 'number' },
      { name: 'high', label: '95 % to', kind: 'number' },
      { name: 'epochSeconds', label: 'an epoch', unit: 's', kind: 'number', digits: 1 },
      {
        name: 'tileMilliseconds',
        label: 'predicting a tile',
        unit: 'ms',
        kind: 'number',
        digits: 0,
      },
    ],
    rows,
  };
  return {
    kind: 'table',
    name: 'runs',
    title: 'Runs',
    caption: comparable
      ? 'IoU on the tiles that all runs validated.'
      : 'IoU of each run on its own validation tiles.',
    table,
  };
}

function runData(results: RunResults, own: readonly RunScores[]) {
  const { name, run, model, history, evaluation, tiles } = results;
  const { layers: _, ...parameters } = summariseModel(model);
  const scores = own.find((one) => one.results === results);
  return {
    name,
    config: run.config,
    split: run.split,
    parameters,
    history,
    evaluation: evaluation ?? null,
    iou: scores === undefined ? null : { overall: scores.overall, groups: scores.groups },
    tiles,
    timings: timings(results),
  };
}
