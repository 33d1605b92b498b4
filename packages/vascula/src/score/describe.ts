import {
  describeFault,
  type Fault,
  formatCell,
  type Interval,
  type MetricEstimate,
  slideNote,
} from '@vascula/core';
import { type MetricName, metricLabels, metricNames } from './metrics.js';
import type { SubmissionScore } from './score-submission.js';
import type { InstanceSummary } from './summary.js';

/** Faults that are printed; the rest are counted. */
const PRINTED = 10;

/** What was wrong with a submission, and what was made of it, as lines. */
export function describeNotices(
  { rows, faults, missing, emptyMasks, score }: SubmissionScore,
  tiles: 'all' | 'submitted',
): string {
  const lines = faults.slice(0, PRINTED).map((fault: Fault) => `fault: ${describeFault(fault)}`);
  if (faults.length > PRINTED)
    lines.push(`fault: … and ${faults.length - PRINTED} more; --json lists all`);
  if (faults.length > 0)
    lines.push(
      score === null
        ? `${count(faults.length, 'row')} cannot be scored, ${rows} can. Nothing was scored: mend them, or score the rest with --lenient.`
        : `Note: ${count(faults.length, 'row')} left out that cannot be scored.`,
    );
  if (score === null) return lines.map((line) => `${line}\n`).join('');
  if (missing.length > 0) {
    const some = missing.slice(0, 3).join(', ');
    const what = faults.length > 0 ? 'row that can be scored' : 'row';
    lines.push(
      `Note: ${count(missing.length, 'labelled tile')} without a ${what} (${some}${missing.length > 3 ? ', …' : ''}): ` +
        (tiles === 'all' ? 'scored as tiles where nothing was found.' : 'left out.'),
    );
  }
  if (emptyMasks > 0)
    lines.push(`Note: ${count(emptyMasks, 'mask')} without a pixel: false positives.`);
  if (score.tilesLeftOut > 0)
    lines.push(`Note: ${count(score.tilesLeftOut, 'tile')} without a vessel left out.`);
  const slides = slideNote(score.overall.slides);
  if (slides !== undefined) lines.push(`Note: ${slides}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** A summary as aligned tables. */
export function describeSummary({ options, overall, groups, sizes }: InstanceSummary): string {
  const { tiles, slides, truths, detections } = overall;
  const least =
    options.minimumConfidence === null ? '' : `, confidence from ${options.minimumConfidence}`;
  return [
    `${count(tiles, 'tile')} of ${count(slides, 'slide')}, ${count(truths, 'vessel')}, ${count(detections, 'detection')}; found at IoU ${options.iou}${least}`,
    '',
    ...table([
      ['', 'value', '95 % by tile', '95 % by slide'],
      ...metricNames.map((name) => {
        const { value, byTile, bySlide } = overall.metrics[name];
        return [metricLabels[name], shown(value), range(byTile), range(bySlide)];
      }),
    ]),
    '',
    ...table([
      [
        'dataset',
        'source',
        'tiles',
        'empty',
        'vessels',
        'detections',
        ...shownOfGroups.map(labelOf),
      ],
      ...groups.map((group) => [
        `${group.dataset}`,
        `${group.source}`,
        `${group.tiles}`,
        `${group.emptyTiles}`,
        `${group.truths}`,
        `${group.detections}`,
        ...shownOfGroups.map((name) => shown(group.metrics[name].value)),
      ]),
    ]),
    '',
    ...table([
      ['vessels', 'pixels', 'count', 'AP', '95 % by tile', '95 % by slide'],
      ...sizes.map(({ name, from, below, truths: of, averagePrecision }) => [
        name,
        below === null ? `from ${from}` : `${from} to ${below - 1}`,
        `${of}`,
        ...cells(averagePrecision),
      ]),
    ]),
    '',
    'AP: Open Images 2019, one class, all points. COCO AP: mean over IoU 0.5 to 0.95, 101 recalls.',
    'F1, precision and recall are of vessels; PQ = SQ x RQ. IoU and Dice are means over tiles of all',
    'masks together, 1 for a tile empty in truth and submission; pooled counts all pixels together.',
    'Intervals: bootstrap (BCa), tiles or whole slides drawn. – has no value: nothing to divide by.',
    '',
  ].join('\n');
}

const shownOfGroups: readonly MetricName[] = [
  'averagePrecision',
  'cocoAveragePrecision',
  'f1',
  'precision',
  'recall',
  'panopticQuality',
  'meanIou',
  'meanDice',
  'pooledIou',
  'pooledDice',
];

function labelOf(name: MetricName): string {
  return metricLabels[name];
}

function cells({ value, byTile, bySlide }: MetricEstimate): string[] {
  return [shown(value), range(byTile), range(bySlide)];
}

function shown(value: number | null): string {
  return formatCell({ name: '', label: '', kind: 'number', digits: 4 }, value);
}

function range(interval: Interval | null): string {
  return interval === null ? '–' : `${shown(interval.low)} to ${shown(interval.high)}`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, k) => Math.max(...rows.map((row) => row[k]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, k) => cell.padStart(widths[k] ?? 0)).join('  '));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
