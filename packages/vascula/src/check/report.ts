import { describeFault } from '@vascula/core';
import { ANNOTATION_TYPES } from '../dataset/index.js';
import type { CheckReport, CheckSummary } from './check.js';
import type { Finding } from './findings.js';
import { describePairsSummary } from './pairs.js';

/** Findings of one kind that are printed; the rest are counted. */
const PRINTED = 10;

/** The report for a person: faults, warnings, summary, verdict. */
export function describeReport(report: CheckReport): string {
  const { faults, warnings, summary, pairs, usable, folder } = report;
  const lines = [...describeFindings('fault', faults), ...describeFindings('warning', warnings)];
  if (lines.length > 0) lines.push('');
  if (pairs !== undefined) lines.push(...describePairsSummary(pairs));
  if (pairs !== undefined && summary !== null)
    lines.push(`exact duplicates  ${count(summary.duplicateTiles, 'image')}`, '');
  else if (summary !== null) lines.push(...describeSummary(summary, report), '');
  lines.push(
    usable
      ? `${folder} is usable.`
      : `${folder} is not usable: ${count(faults.length, 'fault')} to mend, see above.`,
  );
  return `${lines.join('\n')}\n`;
}

function describeFindings(word: string, findings: readonly Finding<string>[]): string[] {
  const kinds = new Map<string, Finding<string>[]>();
  for (const finding of findings) {
    const same = kinds.get(finding.kind);
    if (same === undefined) kinds.set(finding.kind, [finding]);
    else same.push(finding);
  }
  return [...kinds].flatMap(([kind, same]) => {
    const printed = same.slice(0, PRINTED).map((finding) => `${word}: ${describeFault(finding)}`);
    const left = same.length - PRINTED;
    return left > 0
      ? [...printed, `${word}: … and ${left} more (${kind}); --json lists all`]
      : printed;
  });
}

function describeSummary(summary: CheckSummary, { tileSize }: CheckReport): string[] {
  const polygons = ANNOTATION_TYPES.map((type) => `${summary.polygons[type]} ${type}`).join(', ');
  return [
    `tiles             ${summary.tiles} rows, ${summary.labelled} labelled`,
    `tile size         ${tileSize === null ? 'unknown' : `${tileSize.width} x ${tileSize.height}`}`,
    `files             ${summary.trainFiles} in train, ${summary.testFiles} in test`,
    `rows without file ${summary.rowsWithoutFile} (a partial download is no fault)`,
    `files without row ${summary.filesWithoutRow}`,
    `slides            ${summary.slides} described in wsi_meta.csv`,
    `polygons          ${polygons}`,
    `exact duplicates  ${count(summary.duplicateTiles, 'tile')}, ${count(summary.duplicatePolygons, 'polygon')}`,
    `leaving the tile  ${count(summary.polygonsLeavingTile, 'polygon')}`,
    '',
    ...table([
      ['dataset', 'slide', 'rows', 'files', 'labelled', 'polygons'],
      ...summary.groups.map((group) =>
        [group.dataset, group.source, group.rows, group.files, group.labelled, group.polygons].map(
          String,
        ),
      ),
    ]),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Rows of cells as lines, each column as wide as its widest cell, set to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column])).join('  '));
}
