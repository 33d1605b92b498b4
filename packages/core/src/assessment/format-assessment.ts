import { type Interval, slideNote } from '../statistics/index.js';
import { alignedLines } from '../tables/index.js';
import type { Assessment, AssessmentRow } from './assessment.js';
import { type HeadlineName, headlineLabels, headlineNames } from './headlines.js';

type Measure = readonly [title: string, of: (row: AssessmentRow) => string];

const headline = (name: HeadlineName): Measure => [
  headlineLabels[name],
  ({ headlines }) => shown(headlines[name].value),
];

const ofVessels: readonly Measure[] = [
  ['vessels', ({ vessels }) => `${vessels}`],
  ['detections', ({ detections }) => `${detections}`],
  headline('averagePrecision'),
  headline('f1'),
  ['precision', (row) => shown(row.precision)],
  ['recall', (row) => shown(row.recall)],
  headline('panopticQuality'),
  ['COCO AP', (row) => shown(row.cocoAveragePrecision)],
];

const ofPixels: readonly Measure[] = [
  ['boundary F', (row) => shown(row.boundaryF)],
  ['HD95 px', (row) => shown(row.hd95, 1)],
  ['ECE', ({ calibration }) => shown(calibration.expectedCalibrationError)],
  ['Brier', ({ calibration }) => shown(calibration.brierScore)],
  ['ROC AUC', ({ pixelRocAuc }) => shown(pixelRocAuc?.value ?? null)],
  ['pixel AP', ({ pixelAveragePrecision }) => shown(pixelAveragePrecision?.value ?? null)],
];

const notes = ({ foundIou, boundaryTolerance }: Assessment) => [
  `AP is the competition's: vessels ranked by confidence, found at IoU ${foundIou}, as for F1, precision and recall.`,
  'A detection is a component above the cutoff; its confidence is its mean probability. PQ: panoptic quality.',
  `Boundary F allows ${100 * boundaryTolerance} % of the tile's diagonal. HD95 is of tiles with vessels in truth and prediction.`,
  'ECE: the gap between probability and what comes true, a mean over pixels. ROC AUC and pixel AP rank pixels,',
  'in the upper table a mean over tiles and of all pixels together, in the lower of all pixels of a row.',
  'Intervals: bootstrap (BCa), tiles or whole slides drawn. - is undefined.',
];

/** The assessment as aligned tables, with what they mean; no final line break. */
export function formatAssessment(assessment: Assessment): string {
  const { overall, groups } = assessment;
  const note = slideNote(overall.slides);
  const table = (measures: readonly Measure[]) => [
    ['dataset', 'source', ...measures.map(([title]) => title)],
    ...groups.map((row) => [
      `${row.dataset}`,
      `${row.source}`,
      ...measures.map(([, of]) => of(row)),
    ]),
    ['all', '', ...measures.map(([, of]) => of(overall))],
  ];
  return [
    ...alignedLines([
      ['', 'value', '95 % by tile', '95 % by slide'],
      ...headlineNames.map((name) => {
        const { value, byTile, bySlide } = overall.headlines[name];
        return [headlineLabels[name], shown(value), range(byTile), range(bySlide)];
      }),
    ]),
    '',
    ...alignedLines(table(ofVessels)),
    '',
    ...alignedLines(table(ofPixels)),
    '',
    ...notes(assessment),
    ...(note === undefined ? [] : [note]),
  ].join('\n');
}

function shown(value: number | null, digits = 4): string {
  return value === null ? '-' : value.toFixed(digits);
}

function range(interval: Interval | null): string {
  return interval === null ? '-' : `${shown(interval.low)} to ${shown(interval.high)}`;
}
