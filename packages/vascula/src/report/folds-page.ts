import { basename, resolve } from 'node:path';
import { FOUND_IOU, type HeadlineName, summariseModel } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { WithRuntime } from '../evaluation/index.js';
import type { Folds } from '../folds/index.js';
import type { Block, Page, Section } from '../pages/index.js';
import { counted } from './counted.js';
import { collectFolds, type FoldsResults, predictOutOfFold } from './folds-results.js';
import { foldsSection } from './folds-section.js';
import { foldsSplitSection } from './folds-split-section.js';
import { groupScores, iouEstimate } from './group-scores.js';
import { shownEstimate } from './headline-table.js';
import { networkBlocks } from './network-blocks.js';
import { pictureSection } from './picture-section.js';
import { probabilitySection } from './probability-section.js';
import type { PageHooks, PageRequest } from './report-page.js';
import { scoreSection, thumbnailName } from './score-section.js';
import { architectureName, type Setting, settings, shareLabel, startLabel } from './settings.js';
import { settingsBlock } from './settings-block.js';
import { neighbourNotice } from './split-section.js';
import { timings, timingsSection } from './timings.js';
import { trainingCurves } from './training-curves.js';
import { vesselSection } from './vessel-section.js';

/**
 * Everything there is to say of a cross-validation, as a page: all tiles as one evaluation, each by the fold
 * that was not trained on it, and the folds beside each other. Throws InputError as `collectFolds`.
 */
export async function foldsPage(
  folds: Folds,
  dataset: Dataset,
  withRuntime: WithRuntime,
  request: PageRequest,
  hooks: PageHooks,
): Promise<Page> {
  const { seed } = request;
  const stage = (name: string) => ({
    progress: (done: number, total: number) => hooks.progress?.(name, done, total),
    signal: hooks.signal,
  });
  const results = await collectFolds(folds, dataset, withRuntime, request, stage('Evaluating'));
  const { tiles, evaluation, thumbnails, model, runs } = results;
  const groups = groupScores({ dataset }, tiles, seed);
  const overall = iouEstimate(tiles, seed);
  const pictures = await pictureSection(
    tiles,
    (ids) => predictOutOfFold(results, withRuntime, ids, hooks.signal),
    seed,
    stage('Drawing'),
  );
  const sections: Section[] = [
    { id: 'summary', title: 'Summary', blocks: summaryBlocks(results) },
    foldsSection(results, overall, seed),
    scoreSection({ tiles, thumbnails, evaluation }, groups, overall),
    vesselSection(evaluation.assessment),
    probabilitySection(evaluation.assessment),
    pictures.section,
    trainingCurves(runs),
    foldsSplitSection(results),
    { id: 'network', title: 'Network', blocks: networkBlocks(model) },
    timingsSection(runs),
    { id: 'configuration', title: 'Configuration', blocks: [settingsBlock(foldsSettings(folds))] },
  ];
  const name = basename(resolve(folds.folder));
  const { layers: _, ...parameters } = summariseModel(model);
  return {
    title: `Report: ${name}`,
    subtitle: `${architectureName(folds.record.config.model)}, ${counted(runs.length, 'fold')}, ${counted(tiles.length, 'tile')} by the fold that was not trained on it`,
    sections,
    data: {
      format: 'vascula folds report 1',
      folds: name,
      seed,
      config: folds.record.config,
      finished: folds.record.finished,
      parameters,
      runs: runs.map(({ run, history, ...one }) => ({
        name: one.name,
        split: run.split,
        history,
        timings: timings({ history, ...one }),
      })),
      evaluation,
      iou: { overall, groups: groups.map(({ trainingTiles: _, ...group }) => group) },
      tiles,
      pictures: pictures.shown,
    },
    hoverPictures: [...thumbnails].map(([id, jpeg]) => ({ name: thumbnailName(id), jpeg })),
  };
}

function summaryBlocks({ folds, runs, evaluation, model }: FoldsResults): Block[] {
  const { config, finished } = folds.record;
  const blocks: Block[] = [];
  const { epochs } = config.recipe;
  const done = finished.filter((one) => one.epochs === epochs).length;
  if (done < runs.length)
    blocks.push({
      kind: 'notice',
      level: 'info',
      text: `Training is not finished: ${done} of ${runs.length} folds. Scores are of the best weights so far.`,
    });
  const validation = runs.flatMap(({ run }) => run.split.validation);
  const neighbours = runs.reduce((sum, { run }) => sum + run.split.neighbours, 0);
  const beside = neighbourNotice({ split: { neighbours, validation } }, evaluation);
  if (beside !== undefined) blocks.push(beside);
  const { headlines } = evaluation.assessment.overall;
  const headline = (label: string, name: HeadlineName) => ({
    label,
    value: shownEstimate(headlines[name]),
  });
  const { mean, standardDeviation } = evaluation.acrossFolds.meanIou;
  blocks.push({
    kind: 'facts',
    items: [
      headline('mean IoU of all tiles, out of fold', 'meanIou'),
      {
        label: 'mean IoU of the folds, ± standard deviation',
        value:
          mean === null || standardDeviation === null
            ? null
            : `${mean.toFixed(3)} ± ${standardDeviation.toFixed(3)}`,
      },
      ...(config.data.pairs === undefined
        ? []
        : [
            headline('mean Dice', 'meanDice'),
            headline('Dice of all pixels together', 'pooledDice'),
            headline('ROC AUC of all pixels together', 'pooledRocAuc'),
          ]),
      headline(`average precision of vessels at IoU ${FOUND_IOU}`, 'averagePrecision'),
      headline('F1 of vessels', 'f1'),
      headline('panoptic quality', 'panopticQuality'),
      { label: 'cutoff of the probability', value: config.recipe.cutoff },
      ...(evaluation.prediction.tta === 'none'
        ? []
        : [{ label: 'predictions averaged over', value: evaluation.prediction.tta }]),
      { label: 'folds finished', value: `${done} of ${runs.length}` },
      { label: 'parameters', value: summariseModel(model).parameters.toLocaleString('en-US') },
    ],
  });
  return blocks;
}

/** The settings of all folds: what each has of its own is said of all. */
export function foldsSettings({ runs }: Folds): Setting[] {
  const { config } = runs[0] as Folds['runs'][number];
  const starts = new Set(runs.map((run) => run.config.from?.run));
  return settings(config).map((setting) => {
    if (setting.label === shareLabel) return { ...setting, value: `${runs.length} folds` };
    if (setting.label === startLabel && starts.size > 1)
      return { ...setting, value: 'of another run for each fold' };
    return setting;
  });
}
