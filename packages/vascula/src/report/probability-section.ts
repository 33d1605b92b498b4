import {
  type Assessment,
  type AssessmentRow,
  type CurvePoint,
  type Figure,
  groupLabel,
  lineCurves,
  type ReliabilitySummary,
  type Row,
  type Table,
} from '@vascula/core';
import type { Block, Section } from '../pages/index.js';

/** How far probabilities can be taken at their word, and how well they rank pixels. */
export function probabilitySection({ overall, groups }: Assessment): Section {
  const panels = groups.length < 2 ? [] : groups;
  const figure = calibrationFigure(
    [
      ...curvePoints(overall.calibration, 'found', panels.length === 0 ? undefined : 'all'),
      ...panels.flatMap((row) => curvePoints(row.calibration, 'found', groupLabel(row))),
    ],
    `${calibrationNote}${panels.length === 0 ? '' : ' All tiles, and each dataset and slide by itself.'}`,
  );
  const blocks: Block[] = [
    {
      kind: 'table',
      name: 'probabilities',
      title: 'Probabilities by dataset and slide',
      caption:
        'ECE is the expected calibration error: the gap between what was claimed and what came true in each of 15 ' +
        'bins, a mean over pixels; most pixels are background and far from any vessel, so that it is small even where ' +
        'the curve is far from the diagonal. The Brier score is the mean of (probability − truth)². ROC AUC and average ' +
        'precision rank all pixels, whatever the cutoff.',
      table: probabilityTable(overall, groups),
    },
    ...(figure === undefined ? [] : [{ kind: 'figure' as const, figure }]),
  ];
  return { id: 'probabilities', title: 'Probabilities', blocks };
}

export const calibrationNote =
  'Pixels in 15 bins of their probability: its mean in the bin, and the share of them that is vessel. On the dashed ' +
  'line probabilities are what they say; below it the network claims too much. A loss that weighs vessel pixels ' +
  'more than others puts the curve below.';

export function calibrationFigure(
  points: readonly CurvePoint[],
  caption: string,
): Figure | undefined {
  return lineCurves(
    {
      name: 'calibration',
      title: 'Calibration of the probabilities',
      caption,
      x: { label: 'probability claimed (0 to 1)', domain: [0, 1] },
      y: { label: 'share that is vessel (0 to 1)', domain: [0, 1] },
      diagonal: [0, 1],
    },
    points,
  );
}

/** The bins that hold pixels. */
export function curvePoints(
  { curve }: ReliabilitySummary,
  series: string,
  group?: string,
): CurvePoint[] {
  return curve.flatMap(({ meanProbability: x, positiveShare: y }) =>
    x === null ? [] : [{ x, y, series, ...(group !== undefined && { group }) }],
  );
}

function probabilityTable(overall: AssessmentRow, groups: Assessment['groups']): Table {
  const cells = ({ calibration, pixelRocAuc, pixelAveragePrecision }: AssessmentRow): Row => ({
    pixels: calibration.curve.reduce((sum, { pixels }) => sum + pixels, 0),
    expectedCalibrationError: calibration.expectedCalibrationError,
    brierScore: calibration.brierScore,
    rocAuc: pixelRocAuc?.value ?? null,
    averagePrecision: pixelAveragePrecision?.value ?? null,
  });
  return {
    columns: [
      { name: 'dataset', label: 'dataset', kind: 'text' },
      { name: 'source', label: 'slide', kind: 'text' },
      { name: 'pixels', label: 'pixels', kind: 'integer' },
      { name: 'expectedCalibrationError', label: 'ECE', kind: 'number', digits: 4 },
      { name: 'brierScore', label: 'Brier score', kind: 'number', digits: 4 },
      { name: 'rocAuc', label: 'ROC AUC of pixels', kind: 'number', digits: 4 },
      { name: 'averagePrecision', label: 'AP of pixels', kind: 'number', digits: 4 },
    ],
    rows: [
      ...groups.map((group) => ({ dataset: group.dataset, source: group.source, ...cells(group) })),
      { dataset: 'all', source: '', ...cells(overall) },
    ],
  };
}
