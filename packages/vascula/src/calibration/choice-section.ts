import {
  type CurveMark,
  type CurvePoint,
  type Figure,
  intervalsByGroup,
  keptValues,
  lineCurves,
  notebookRule,
  type Row,
  type RuleChoice,
  type Table,
} from '@vascula/core';
import type { Block, Section } from '../pages/index.js';
import { describeRule, objectiveNames } from '../rules/index.js';
import { gainWords, keptNames, number, scoreNames } from './choice-words.js';

/** One choice: the rule, what it scores, and where. */
export function choiceSection(choice: RuleChoice, pictures: readonly Block[]): Section {
  const { by } = choice;
  const figures = [curveFigure(choice), calibrationFigure(choice)];
  return {
    id: `by-${by}`,
    title: `Chosen by ${objectiveNames[by]}`,
    blocks: [
      {
        kind: 'facts',
        items: [
          { label: 'rule', value: describeRule(choice.rule) },
          { label: 'which is', value: keptNames[choice.kept] },
          {
            label: `gain in ${scoreNames[by]} over the notebook’s 0.8, out of fold`,
            value: choice.outOfFold === null ? null : gainWords(choice.outOfFold),
          },
        ],
      },
      scoreBlock(choice),
      ...figures.flatMap((figure): Block[] =>
        figure === undefined ? [] : [{ kind: 'figure', figure }],
      ),
      ...(choice.steps.length === 0 ? [] : [stepBlock(choice)]),
      ...slideBlocks(choice),
      ...pictures,
    ],
  };
}

function scoreBlock({ by, kept, scores, keptScores, outOfFold }: RuleChoice): Block {
  const row = (name: string, { iou, ap, f1, vessels }: RuleChoice['scores']['chosen']): Row => ({
    name,
    iou,
    ap,
    f1,
    vessels,
  });
  const held = keptValues.map((kind): Row => {
    const score = keptScores?.[kind] ?? null;
    return {
      name: `${keptNames[kind]}, out of fold${kind === kept ? ' (kept)' : ''}`,
      [by]: score,
    };
  });
  return {
    kind: 'table',
    name: `scores-by-${by}`,
    title: 'Scores',
    caption:
      'AP and F1 are of vessels at IoU 0.6, F1 of all that are found. On the tiles that a rule was chosen on ' +
      'its score is too good. Out of fold, the search was repeated without each part of the tiles in turn, ' +
      'and its rule scored on that part; the kind that scores best so is kept' +
      `${outOfFold === null ? '; a single tile cannot be parted.' : `. ${outOfFold.folds} parts.`}`,
    table: {
      columns: [
        { name: 'name', label: 'rule', kind: 'text' },
        { name: 'iou', label: 'IoU', kind: 'number' },
        { name: 'ap', label: 'AP', kind: 'number' },
        { name: 'f1', label: 'F1', kind: 'number' },
        { name: 'vessels', label: 'vessels found', kind: 'integer' },
      ],
      rows: [
        row('the notebook’s 0.8, on these tiles', scores.notebook),
        row('chosen, on these tiles', scores.chosen),
        ...(keptScores === null ? [] : held),
      ],
    },
  };
}

/** The score against the cutoff. */
function curveFigure({ by, curves, rule, scores, kept }: RuleChoice): Figure | undefined {
  const names = { notebook: 'the notebook’s rule', chosen: 'the chosen rule' } as const;
  const points = (['notebook', 'chosen'] as const).flatMap((of): CurvePoint[] =>
    // With the cutoff alone chosen, or nothing, both curves are one.
    of === 'chosen' && kept !== 'all'
      ? []
      : curves[of].map(({ cutoff, score }) => ({ x: cutoff, y: score, series: names[of] })),
  );
  const marks: CurveMark[] = [
    { x: notebookRule.low, y: scores.notebook[by], series: names.notebook, label: 'notebook' },
    {
      x: rule.low,
      y: scores.chosen[by],
      series: kept === 'all' ? names.chosen : names.notebook,
      label: 'chosen',
    },
  ];
  return lineCurves(
    {
      name: `score-by-cutoff-${by}`,
      title: `${by === 'iou' ? 'IoU' : 'AP'} against the cutoff`,
      caption:
        `The ${scoreNames[by]} on the validation tiles, as the cutoff of the probability moves and all else stays. ` +
        `${kept === 'all' && rule.low < rule.high ? 'Of the chosen rule the lower cutoff moves. ' : ''}` +
        'Ringed: the notebook’s 0.8, and what was chosen.',
      x: { label: 'cutoff of the probability', domain: [0, 1] },
      y: { label: `${scoreNames[by]} (0 to 1)` },
      marks: kept === 'notebook' ? marks.slice(0, 1) : marks,
    },
    points,
  );
}

function calibrationFigure({ by, calibration }: RuleChoice): Figure | undefined {
  if (calibration === null) return undefined;
  const equal = 'confidence as it is';
  return lineCurves(
    {
      name: `calibration-${by}`,
      title: 'What a confidence is worth',
      caption:
        'The share of right vessels (IoU 0.6) at each confidence of the chosen rule, by isotonic regression on ' +
        'the validation tiles. predict and submit give this share in place of the confidence with --calibrated.',
      x: { label: 'confidence', domain: [0, 1] },
      y: { label: 'share of right vessels', domain: [0, 1] },
    },
    [
      ...calibration.map(([x, y]) => ({ x, y, series: 'share of right ones' })),
      { x: 0, y: 0, series: equal },
      { x: 1, y: 1, series: equal },
    ],
  );
}

function stepBlock({ by, steps, scores, kept }: RuleChoice): Block {
  const rows = steps.map(
    ({ changed, rule, score }, k): Row => ({
      changed: changed === 'cutoff' ? 'cutoff' : stepNames[changed],
      rule: describeRule(rule),
      score,
      gain: (score ?? 0) - (steps[k - 1]?.score ?? scores.notebook[by] ?? 0),
    }),
  );
  const table: Table = {
    columns: [
      { name: 'changed', label: 'value changed', kind: 'text' },
      { name: 'rule', label: 'rule then', kind: 'text' },
      { name: 'score', label: objectiveNames[by], kind: 'number' },
      { name: 'gain', label: 'gain', kind: 'number' },
    ],
    rows,
  };
  return {
    kind: 'table',
    name: `steps-by-${by}`,
    title: 'Step by step',
    caption:
      `${kept === 'cutoff' ? 'The cutoff' : 'Each value in turn'} took what scores best on the tiles, ` +
      `from the notebook’s rule (${number(scores.notebook[by])}) on.`,
    table,
  };
}

const stepNames: Readonly<Record<string, string>> = {
  high: 'second cutoff',
  weak: 'weaker ones',
  maximumHoleArea: 'holes',
  splitProminence: 'splitting',
  minimumArea: 'least area',
  dilation: 'dilation',
  sizeScale: 'confidence by size',
};

function slideBlocks({ by, slides }: RuleChoice): Block[] {
  const rows = slides.map(({ dataset, source, tiles, notebook, chosen, own }): Row => {
    const { outOfFold = null } = own ?? {};
    return {
      dataset,
      source,
      tiles,
      notebook,
      chosen,
      own: own?.score ?? null,
      gain: outOfFold?.gain ?? null,
      low: outOfFold?.interval?.low ?? null,
      high: outOfFold?.interval?.high ?? null,
      used: own === null ? '' : own.used ? 'yes' : 'no',
      rule: own === null ? '' : describeRule(own.rule),
    };
  });
  const figure = intervalsByGroup(
    {
      name: `scores-by-slide-${by}`,
      title: `${objectiveNames[by]} by dataset and slide`,
      caption: `The ${scoreNames[by]} of the notebook’s rule and of the one chosen on all slides, on the tiles chosen on.`,
      group: 'dataset and slide (tiles)',
      value: { label: `${scoreNames[by]} (0 to 1)`, domain: [0, 1] },
    },
    slides.flatMap(({ dataset, source, tiles, notebook, chosen }) => {
      const group = `dataset ${dataset}, slide ${source} (${tiles})`;
      const none = { low: null, high: null };
      return [
        { group, value: notebook, series: 'the notebook’s 0.8', ...none },
        { group, value: chosen, series: 'chosen', ...none },
      ];
    }),
  );
  return [
    ...(figure === undefined ? [] : [{ kind: 'figure' as const, figure }]),
    {
      kind: 'table',
      name: `slides-by-${by}`,
      title: 'Rules by dataset and slide',
      caption:
        'A rule of its own is looked for where there are at least 8 tiles. Its gain is that of the score of ' +
        'all tiles, out of fold, over the common rule: used is one whose interval lies above 0.',
      table: {
        columns: [
          { name: 'dataset', label: 'dataset', kind: 'text' },
          { name: 'source', label: 'slide', kind: 'text' },
          { name: 'tiles', label: 'tiles', kind: 'integer' },
          { name: 'notebook', label: 'notebook’s 0.8', kind: 'number' },
          { name: 'chosen', label: 'chosen', kind: 'number' },
          { name: 'own', label: 'own rule', kind: 'number' },
          { name: 'gain', label: 'gain by it, out of fold', kind: 'number', digits: 4 },
          { name: 'low', label: '95 % from', kind: 'number', digits: 4 },
          { name: 'high', label: '95 % to', kind: 'number', digits: 4 },
          { name: 'used', label: 'used', kind: 'text' },
          { name: 'rule', label: 'the own rule', kind: 'text' },
        ],
        rows,
      },
    },
  ];
}
