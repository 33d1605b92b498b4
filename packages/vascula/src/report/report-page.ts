import { basename, resolve } from 'node:path';
import type { Runtime } from '@vascula/autograd';
import {
  FOUND_IOU,
  type HeadlineName,
  summariseModel,
  type TestTimeAugmentation,
} from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Block, Page, Section } from '../pages/index.js';
import type { Run } from '../run/index.js';
import { counted } from './counted.js';
import { groupScores, type IouEstimate, iouEstimate } from './group-scores.js';
import { shownEstimate } from './headline-table.js';
import { networkBlocks } from './network-blocks.js';
import { pictureSection } from './picture-section.js';
import { predictTiles } from './predict-tiles.js';
import { probabilitySection } from './probability-section.js';
import { collectResults, type RunResults } from './results.js';
import { scoreSection, thumbnailName } from './score-section.js';
import { architectureName, settings } from './settings.js';
import { settingsBlock } from './settings-block.js';
import { neighbourNotice, splitSection } from './split-section.js';
import { timings, timingsSection } from './timings.js';
import { trainingSection } from './training-section.js';
import { vesselSection } from './vessel-section.js';

export interface PageRequest {
  /** Decides the tiles shown and the bootstrap's resamples. */
  readonly seed: number;
  /** Symmetries that predictions are averaged over; none unless told. */
  readonly tta?: TestTimeAugmentation | undefined;
}

export interface PageHooks {
  /** Called while one stage of the work goes on: `Evaluating`, `Drawing`. */
  progress?(stage: string, done: number, total: number): void;
  readonly signal: AbortSignal;
}

/**
 * Everything there is to say of a run, as a page. Evaluates its best weights on its validation tiles; a
 * run that has none yet gives a page that says so. Throws InputError as `collectResults`.
 */
export async function reportPage(
  run: Run,
  dataset: Dataset,
  runtime: Runtime,
  request: PageRequest,
  hooks: PageHooks,
): Promise<Page> {
  const { seed } = request;
  const stage = (name: string) => ({
    progress: (done: number, total: number) => hooks.progress?.(name, done, total),
    signal: hooks.signal,
  });
  const name = basename(resolve(run.folder));
  const results = await collectResults(name, run, dataset, runtime, request, stage('Evaluating'));
  const { tiles, evaluation, thumbnails, model } = results;
  const groups = groupScores(results, tiles, seed);
  const overall = iouEstimate(tiles, seed);
  const pictures =
    tiles.length === 0
      ? undefined
      : await pictureSection(
          tiles,
          (ids) => predictTiles(run, dataset, runtime, ids, { tta: request.tta }, hooks.signal),
          seed,
          stage('Drawing'),
        );
  const times = timings(results);
  const sections: Section[] = [
    { id: 'summary', title: 'Summary', blocks: summaryBlocks(results, overall) },
    ...(tiles.length === 0 ? [] : [scoreSection(results, groups, overall)]),
    ...(evaluation === undefined
      ? []
      : [vesselSection(evaluation.assessment), probabilitySection(evaluation.assessment)]),
    ...(pictures === undefined ? [] : [pictures.section]),
    ...(results.history.length === 0 ? [] : [trainingSection(results)]),
    splitSection(results),
    { id: 'network', title: 'Network', blocks: networkBlocks(model) },
    timingsSection([results]),
    {
      id: 'configuration',
      title: 'Configuration',
      blocks: [settingsBlock(settings(run.config))],
    },
  ];
  const { layers: _, ...parameters } = summariseModel(model);
  return {
    title: `Report: ${name}`,
    subtitle: `${architectureName(run.config.model)}, ${counted(run.split.train.length, 'training tile')}, ${counted(run.split.validation.length, 'validation tile')}`,
    sections,
    data: {
      format: 'vascula report 1',
      run: name,
      seed,
      config: run.config,
      split: run.split,
      parameters,
      history: results.history,
      evaluation: evaluation ?? null,
      iou: { overall, groups },
      tiles,
      pictures: pictures?.shown ?? null,
      timings: times,
    },
    hoverPictures: [...thumbnails].map(([id, jpeg]) => ({ name: thumbnailName(id), jpeg })),
  };
}

function summaryBlocks(
  { run, history, evaluation, model }: RunResults,
  overall: IouEstimate,
): Block[] {
  const { epochs } = run.config.recipe;
  const blocks: Block[] = [];
  const notice = (level: 'info' | 'warning', text: string) =>
    blocks.push({ kind: 'notice', level, text });
  if (evaluation === undefined)
    notice(
      'warning',
      'This run was stopped before its first validation: it has no weights to score, and so no curves, ' +
        'scores or predictions. Below is what it was asked to do.',
    );
  else if (history.length < epochs)
    notice(
      'info',
      `Training is not finished: ${history.length} of ${epochs} epochs. Scores are of the best weights so far.`,
    );
  if (overall.tiles === 1)
    notice(
      'warning',
      'One validation tile only: its score says little, and no interval can be given.',
    );
  const neighbours = evaluation === undefined ? undefined : neighbourNotice(run, evaluation);
  if (neighbours !== undefined) blocks.push(neighbours);
  const headlines = evaluation?.assessment.overall.headlines;
  const headline = (label: string, name: HeadlineName) => ({
    label,
    value: headlines === undefined ? null : shownEstimate(headlines[name]),
  });
  blocks.push({
    kind: 'facts',
    items: [
      headline('mean IoU on the validation tiles', 'meanIou'),
      ...(run.config.data.pairs === undefined
        ? []
        : [
            headline('mean Dice', 'meanDice'),
            headline('Dice of all pixels together', 'pooledDice'),
            headline('ROC AUC of all pixels together', 'pooledRocAuc'),
          ]),
      headline(`average precision of vessels at IoU ${FOUND_IOU}`, 'averagePrecision'),
      headline('F1 of vessels', 'f1'),
      headline('panoptic quality', 'panopticQuality'),
      { label: 'cutoff of the probability', value: run.config.recipe.cutoff },
      { label: 'epoch of the weights', value: evaluation?.epoch ?? null },
      ...(evaluation === undefined || evaluation.prediction.tta === 'none'
        ? []
        : [{ label: 'predictions averaged over', value: evaluation.prediction.tta }]),
      { label: 'epochs finished', value: `${history.length} of ${epochs}` },
      { label: 'parameters', value: summariseModel(model).parameters.toLocaleString('en-US') },
    ],
  });
  return blocks;
}
