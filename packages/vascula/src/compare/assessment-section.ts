import {
  type Assessment,
  type Column,
  headlineLabels,
  headlineNames,
  type Row,
  type Table,
} from '@vascula/core';
import type { Block, Section } from '../pages/index.js';
import {
  calibrationFigure,
  calibrationNote,
  curvePoints,
  headlineNote,
  intervalCells,
  intervalColumns,
  precisionRecallFigure,
} from '../report/index.js';
import type { Compared } from './compared.js';

/** Headline numbers, vessels and probabilities of each run on all its own validation tiles. */
export function assessmentSection(scored: readonly Compared[], shared: number): Section {
  const assessed = scored.flatMap(({ name, evaluation }) =>
    evaluation === undefined ? [] : [{ name, assessment: evaluation.assessment }],
  );
  const [first, ...others] = assessed;
  if (first === undefined)
    return { id: 'assessment', title: 'Vessels and probabilities', blocks: [] };
  const tiles = scored.every((run) => run.tiles.length === shared)
    ? 'All runs validated the same tiles.'
    : 'Runs whose splits differ are scored on different tiles here.';
  const figures = [
    precisionRecallFigure(
      assessed.map(({ name, assessment }) => ({
        series: name,
        points: assessment.precisionRecallCurve ?? [],
        of: 'envelope',
      })),
      `The greatest precision of vessels at each recall or beyond, at IoU ${first.assessment.foundIou}; average precision ` +
        `is the area under it. Each run at its own cutoff, where its curve ends. ${tiles}`,
    ),
    calibrationFigure(
      assessed.flatMap(({ name, assessment }) => curvePoints(assessment.overall.calibration, name)),
      `${calibrationNote} ${tiles}`,
    ),
  ];
  const blocks: Block[] = [
    {
      kind: 'table',
      name: 'headlines',
      title: 'Headline numbers and their intervals',
      caption: `${headlineNote(first.assessment, ...others.map(({ assessment }) => assessment))} ${tiles}`,
      table: headlineTable(assessed),
    },
    {
      kind: 'table',
      name: 'assessment',
      title: 'Vessels, outlines and probabilities',
      caption: `Of all tiles of a run; the page of one run says what each number is. ${tiles}`,
      table: assessmentTable(assessed),
    },
  ];
  for (const figure of figures) if (figure !== undefined) blocks.push({ kind: 'figure', figure });
  return { id: 'assessment', title: 'Vessels and probabilities', blocks };
}

type Assessed = readonly { readonly name: string; readonly assessment: Assessment }[];

/** A row for each metric and run. */
function headlineTable(runs: Assessed): Table {
  return {
    columns: [
      { name: 'metric', label: 'metric', kind: 'text' },
      { name: 'run', label: 'run', kind: 'text' },
      ...intervalColumns,
    ],
    rows: headlineNames.flatMap((metric) =>
      runs.map(({ name, assessment }) => ({
        metric: headlineLabels[metric],
        run: name,
        ...intervalCells(assessment.overall.headlines[metric]),
      })),
    ),
  };
}

const columns: readonly Column[] = [
  { name: 'run', label: 'run', kind: 'text' },
  { name: 'images', label: 'tiles', kind: 'integer' },
  { name: 'vessels', label: 'vessels', kind: 'integer' },
  { name: 'detections', label: 'found', kind: 'integer' },
  { name: 'truePositives', label: 'of these right', kind: 'integer' },
  { name: 'precision', label: 'precision', kind: 'number' },
  { name: 'recall', label: 'recall', kind: 'number' },
  { name: 'cocoAveragePrecision', label: 'COCO AP', kind: 'number' },
  { name: 'boundaryF', label: 'boundary F', kind: 'number' },
  { name: 'hd95', label: 'HD95', unit: 'px', kind: 'number', digits: 1 },
  { name: 'expectedCalibrationError', label: 'ECE', kind: 'number', digits: 4 },
  { name: 'brierScore', label: 'Brier score', kind: 'number', digits: 4 },
  { name: 'rocAuc', label: 'ROC AUC of pixels', kind: 'number', digits: 4 },
  { name: 'pixelAveragePrecision', label: 'AP of pixels', kind: 'number', digits: 4 },
];

function assessmentTable(runs: Assessed): Table {
  return {
    columns,
    rows: runs.map(({ name, assessment: { overall } }): Row => {
      const { calibration, pixelRocAuc, pixelAveragePrecision } = overall;
      return {
        run: name,
        images: overall.images,
        vessels: overall.vessels,
        detections: overall.detections,
        truePositives: overall.truePositives,
        precision: overall.precision,
        recall: overall.recall,
        cocoAveragePrecision: overall.cocoAveragePrecision,
        boundaryF: overall.boundaryF,
        hd95: overall.hd95,
        expectedCalibrationError: calibration.expectedCalibrationError,
        brierScore: calibration.brierScore,
        rocAuc: pixelRocAuc?.value ?? null,
        pixelAveragePrecision: pixelAveragePrecision?.value ?? null,
      };
    }),
  };
}
