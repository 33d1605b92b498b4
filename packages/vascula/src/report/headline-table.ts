import {
  type Assessment,
  type AssessmentRow,
  type Column,
  headlineLabels,
  headlineNames,
  type MetricEstimate,
  type Row,
  slideNote,
  type Table,
} from '@vascula/core';

/** What the headline numbers of one or several assessments are, in a caption. */
export function headlineNote(...assessments: readonly [Assessment, ...Assessment[]]): string {
  const [{ foundIou }] = assessments;
  const note = slideNote(Math.min(...assessments.map(({ overall }) => overall.slides)));
  return (
    'IoU, Dice and ROC AUC are means over tiles, pooled ones of all pixels together. AP is the competition’s average ' +
    `precision of vessels at IoU ${foundIou}, F1 that of the vessels found there, PQ panoptic quality. Intervals ` +
    'are 95 % (BCa bootstrap, 2000 resamples): drawing tiles says how much the tiles vary, drawing whole slides ' +
    `how another choice of slides might do.${note === undefined ? '' : ` ${note}`}`
  );
}

export const intervalColumns: readonly Column[] = [
  { name: 'value', label: 'value', kind: 'number' },
  { name: 'tileLow', label: 'by tile, 95 % from', kind: 'number' },
  { name: 'tileHigh', label: 'to', kind: 'number' },
  { name: 'slideLow', label: 'by slide, 95 % from', kind: 'number' },
  { name: 'slideHigh', label: 'to', kind: 'number' },
];

export function intervalCells({ value, byTile, bySlide }: MetricEstimate): Row {
  return {
    value,
    tileLow: byTile?.low ?? null,
    tileHigh: byTile?.high ?? null,
    slideLow: bySlide?.low ?? null,
    slideHigh: bySlide?.high ?? null,
  };
}

/** A row for each headline number, with its intervals. */
export function headlineTable({ headlines }: Pick<AssessmentRow, 'headlines'>): Table {
  return {
    columns: [{ name: 'metric', label: 'metric', kind: 'text' }, ...intervalColumns],
    rows: headlineNames.map((name) => ({
      metric: headlineLabels[name],
      ...intervalCells(headlines[name]),
    })),
  };
}

/** `0.512 (95 %: 0.430 to 0.581)`, by tile; null where there is no value. */
export function shownEstimate({ value, byTile }: MetricEstimate): string | null {
  if (value === null) return null;
  const shown = value.toFixed(3);
  if (byTile === null) return shown;
  return `${shown} (95 %: ${byTile.low.toFixed(3)} to ${byTile.high.toFixed(3)})`;
}
