import { formatAssessment, formatEvaluation } from '@vascula/core';
import type { RunEvaluation } from './evaluate.js';
import { neighbourSentences } from './neighbour-words.js';

/** An evaluation as text: masks, headline numbers with intervals, vessels, pixels, neighbours. */
export function describeEvaluation(evaluation: RunEvaluation): string {
  const { assessment, neighbours } = evaluation;
  return [
    formatEvaluation(evaluation),
    '',
    formatAssessment(assessment),
    ...(neighbours === null ? [] : ['', ...neighbourSentences(neighbours)]),
    '',
  ].join('\n');
}
