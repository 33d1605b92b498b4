import {
  type Assessment,
  type AssessmentRow,
  type Column,
  type Figure,
  groupLabel,
  intervalsByGroup,
  lineCurves,
  type PrecisionRecallPoint,
  type Row,
  type Table,
} from '@vascula/core';
import type { Block, Section } from '../pages/index.js';

/** Vessels one by one, and their outlines. */
export function vesselSection(assessment: Assessment): Section {
  const { foundIou, boundaryTolerance, precisionRecallCurve } = assessment;
  const figures = [
    precisionRecallFigure(
      [
        // The first is drawn below: seen where the greatest precision beyond is more than that here.
        { series: 'envelope', points: precisionRecallCurve ?? [], of: 'envelope' },
        { series: 'precision', points: precisionRecallCurve ?? [], of: 'precision' },
      ],
      `Down the ranking of the vessels found, the most confident first: which share of them is right, and which share ` +
        `of the true vessels is found at IoU ${foundIou}. Average precision is the area under the envelope. The ` +
        'curve ends where the cutoff ends the ranking.',
    ),
    groupFigure(assessment),
  ];
  const blocks: Block[] = [
    {
      kind: 'table',
      name: 'vessels',
      title: 'Vessels and their outlines by dataset and slide',
      caption:
        'A vessel found is a component above the cutoff, its confidence the mean probability, as the source notebook ' +
        `submits them. AP is the competition’s: IoU ${foundIou}, all points; precision, recall and F1 are of the ` +
        'same matches. PQ = SQ × RQ, of the pairs whose IoU is above 0.5. COCO AP is the mean over IoU 0.5 to ' +
        `0.95. Boundary F allows ${(100 * boundaryTolerance).toFixed(1)} % of the tile’s diagonal; HD95 is a mean over the tiles ` +
        'with vessels in truth and prediction.',
      table: vesselTable(assessment),
    },
  ];
  for (const figure of figures) if (figure !== undefined) blocks.push({ kind: 'figure', figure });
  if (precisionRecallCurve?.length === 0)
    blocks.push({
      kind: 'notice',
      level: 'info',
      text: 'Nothing was found above the cutoff: there is no curve of precision and recall.',
    });
  return { id: 'vessels', title: 'Vessels one by one', blocks };
}

export interface RecallCurve {
  readonly series: string;
  readonly points: readonly PrecisionRecallPoint[];
  readonly of: 'precision' | 'envelope';
}

/** Precision-recall curves in one frame; undefined where nothing was found, or nothing was to be found. */
export function precisionRecallFigure(
  curves: readonly RecallCurve[],
  caption: string,
): Figure | undefined {
  return lineCurves(
    {
      name: 'precision-recall',
      title: 'Precision and recall of vessels',
      caption,
      x: { label: 'recall (0 to 1)', domain: [0, 1] },
      y: { label: 'precision (0 to 1)', domain: [0, 1] },
      steps: true,
    },
    curves.flatMap(({ series, points, of }) => {
      const [first] = points;
      if (first === undefined) return [];
      // From recall 0 on; the last detections may all be wrong, at the recall of those before.
      return [
        { x: 0, y: first[of], series },
        ...points.map((point) => ({ x: point.recall, y: point[of], series })),
      ];
    }),
  );
}

function groupFigure({ overall, groups }: Assessment): Figure | undefined {
  return intervalsByGroup(
    {
      name: 'ap-by-group',
      title: 'Average precision by dataset and slide',
      caption: 'The competition’s average precision with its 95 % interval by tile.',
      group: 'dataset and slide (tiles)',
      value: { label: 'average precision (0 to 1)', domain: [0, 1] },
    },
    [
      ...groups.map((row) => ({ name: groupLabel(row), row: row as AssessmentRow })),
      { name: 'all', row: overall },
    ].map(({ name, row: { images, headlines } }) => ({
      group: `${name} (${images})`,
      value: headlines.averagePrecision.value,
      low: headlines.averagePrecision.byTile?.low ?? null,
      high: headlines.averagePrecision.byTile?.high ?? null,
    })),
  );
}

const columns: readonly Column[] = [
  { name: 'dataset', label: 'dataset', kind: 'text' },
  { name: 'source', label: 'slide', kind: 'text' },
  { name: 'vessels', label: 'vessels', kind: 'integer' },
  { name: 'detections', label: 'found', kind: 'integer' },
  { name: 'truePositives', label: 'of these right', kind: 'integer' },
  { name: 'averagePrecision', label: 'AP', kind: 'number' },
  { name: 'apLow', label: 'AP 95 % from', kind: 'number' },
  { name: 'apHigh', label: 'AP 95 % to', kind: 'number' },
  { name: 'f1', label: 'F1', kind: 'number' },
  { name: 'precision', label: 'precision', kind: 'number' },
  { name: 'recall', label: 'recall', kind: 'number' },
  { name: 'panopticQuality', label: 'PQ', kind: 'number' },
  { name: 'cocoAveragePrecision', label: 'COCO AP', kind: 'number' },
  { name: 'boundaryF', label: 'boundary F', kind: 'number' },
  { name: 'hd95', label: 'HD95', unit: 'px', kind: 'number', digits: 1 },
  { name: 'segmentationQuality', label: 'SQ', kind: 'number' },
  { name: 'recognitionQuality', label: 'RQ', kind: 'number' },
];

function vesselTable({ overall, groups }: Assessment): Table {
  const cells = ({ headlines, ...row }: AssessmentRow): Row => ({
    vessels: row.vessels,
    detections: row.detections,
    truePositives: row.truePositives,
    averagePrecision: headlines.averagePrecision.value,
    apLow: headlines.averagePrecision.byTile?.low ?? null,
    apHigh: headlines.averagePrecision.byTile?.high ?? null,
    f1: headlines.f1.value,
    precision: row.precision,
    recall: row.recall,
    panopticQuality: headlines.panopticQuality.value,
    segmentationQuality: row.segmentationQuality,
    recognitionQuality: row.recognitionQuality,
    cocoAveragePrecision: row.cocoAveragePrecision,
    boundaryF: row.boundaryF,
    hd95: row.hd95,
  });
  return {
    columns,
    rows: [
      ...groups.map((group) => ({ dataset: group.dataset, source: group.source, ...cells(group) })),
      { dataset: 'all', source: '', ...cells(overall) },
    ],
  };
}
