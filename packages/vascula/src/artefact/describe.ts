import { alignedLines } from '@vascula/core';
import {
  metricRows,
  neighbourWords,
  networkWords,
  pixelSizeWords,
  ruleWords,
  tilesWords,
} from './fact-words.js';
import type { ArtefactFacts } from './facts.js';
import type { Verification } from './verify-artefact.js';

/** What a terminal would act on; texts of a file come from anywhere. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Where a model is from, and how its test tile came out on a device. */
export function describeVerification(
  path: string,
  facts: ArtefactFacts,
  device: string,
  verification: Verification,
): string {
  const { training, metrics } = facts;
  const neighbours = neighbourWords(facts);
  const rows = [
    ['network', networkWords(facts)],
    ['input', facts.input],
    ['output', facts.output],
    ['sizes', `multiples of ${facts.sizeMultiple}; side of a pixel: ${pixelSizeWords(facts)}`],
    ['cutoff', `${facts.cutoff}`],
    ...ruleWords(facts).map((words) => ['rule', words]),
    ['weights', `epoch ${facts.epoch}, sha256 ${facts.weights}`],
    ['trained on', tilesWords(facts)],
    ['data', facts.data === undefined ? 'not known' : `sha256 ${facts.data.sha256}`],
    ['recipe', JSON.stringify(facts.recipe)],
    ['made by', `vascula ${training.version}, ${training.device}; exported by ${facts.version}`],
  ];
  return [
    path,
    ...rows.map(([label, value]) => `  ${`${label}`.padEnd(11)}${value}`),
    '',
    ...(metrics === undefined
      ? ['Validation: no scores are with it.']
      : [
          `Validation, cutoff ${metrics.cutoff}:`,
          ...alignedLines([['', 'value', '95 % by tile', '95 % by slide'], ...metricRows(metrics)]),
        ]),
    ...(neighbours === undefined ? [] : [neighbours]),
    '',
    ...outcome(path, facts, device, verification),
    '',
  ]
    .map((line) => line.replace(UNPRINTABLE, '\ufffd'))
    .join('\n');
}

function outcome(
  path: string,
  { testTile, cutoff }: ArtefactFacts,
  device: string,
  { verified, weights, pixels, maximumDifference, tolerance, changedPixels }: Verification,
): string[] {
  const difference = maximumDifference === null ? 'no number' : shownDifference(maximumDifference);
  return [
    weights.asWritten
      ? 'Weights: as they were written.'
      : `Weights: changed since the export: their sha256 is ${weights.sha256}.`,
    `Test tile (${testTile.width} x ${testTile.height}, ${testTile.origin === 'validation' ? 'of a validation tile' : 'synthetic'}) on ${device}: ` +
      `the probability differs by ${difference} at most, ${changedPixels} of ${pixels} pixels change side of ${cutoff}.`,
    verified
      ? `${path} is verified: it computes here what it computed where it was made.`
      : `${path} is NOT verified${weights.asWritten ? `: a difference up to ${tolerance} is allowed` : ''}.`,
  ];
}

function shownDifference(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(1);
}
