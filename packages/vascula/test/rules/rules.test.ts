import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type InstanceRule, notebookRule, ruleFault } from '@vascula/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  describeRule,
  describeUsedRule,
  type RuleRequest,
  usedRules,
} from '../../dist/rules/index.js';
import { openRun, type Postprocessing, type Run, runFiles } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { newRun, tinyDataset } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...names: string[]) => join(temporary.path, ...names);
/** With the cutoff 0.5, and nothing stored. */
let plain: Run;
/** With a rule by each objective. */
let calibrated: Run;
const byIou: InstanceRule = { ...notebookRule, low: 0.4, high: 0.6, minimumArea: 16 };
const byAp: InstanceRule = { ...notebookRule, low: 0.5, high: 0.5, weak: 0.2, sizeScale: 64 };
const ofSlide: InstanceRule = { ...byAp, dilation: 1 };
const points: [number, number][] = [
  [0.2, 0.1],
  [0.9, 0.8],
];
const choice = {
  kept: 'all' as const,
  calibration: points,
  chosenOn: { notebook: 0.3, score: 0.5 },
  outOfFold: {
    folds: 5,
    notebook: 0.3,
    score: 0.4,
    gain: 0.1,
    interval: { low: 0.05, high: 0.15 },
  },
  bySlide: [],
};
const stored: Postprocessing = {
  format: 'vascula postprocessing 1',
  version: 'test',
  epoch: 1,
  seed: 0,
  tta: 'none',
  tiles: ['a', 'b'],
  choices: [
    { ...choice, by: 'iou', rule: byIou },
    {
      ...choice,
      by: 'ap',
      rule: byAp,
      bySlide: [
        {
          dataset: 1,
          source: 2,
          tiles: 8,
          gain: 0.02,
          interval: { low: 0.01, high: 0.03 },
          rule: ofSlide,
          calibration: points,
        },
      ],
    },
  ],
};

beforeAll(async () => {
  temporary = await temporaryFolder();
  const data = await tinyDataset(temporary.path);
  plain = await newRun(data, at('plain'));
  calibrated = await newRun(data, at('calibrated'));
  await store(stored);
});
afterAll(() => temporary.remove());

async function store(content: unknown): Promise<void> {
  await writeFile(runFiles(calibrated.folder).postprocessing, JSON.stringify(content));
}

const ask = (run: Run, request: Partial<RuleRequest>, use: 'iou' | 'ap' = 'iou') =>
  usedRules(run, { rule: ['run'], ...request }, use);

async function ruleOf(...args: Parameters<typeof ask>): Promise<InstanceRule> {
  const { rules } = await ask(...args);
  expect(rules).toHaveLength(1);
  return (rules[0] as (typeof rules)[0]).rule;
}

async function ruleFile(content: unknown): Promise<string> {
  const path = at('rule.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the rule of a run', () => {
  test("is the notebook's at the run's cutoff where none was stored", async () => {
    const used = await ask(plain, {});
    const rule = { ...notebookRule, low: 0.5, high: 0.5 };
    expect(used).toEqual({
      rules: [{ origin: 'notebook', replaced: {}, rule, bySlide: [] }],
      maximumIou: null,
      glomeruli: null,
    });
    expect(await ruleOf(calibrated, { rule: ['notebook'] })).toEqual(rule);
  });

  test('is the stored one that was chosen by what it is used for, and says so', async () => {
    expect(await ruleOf(calibrated, {}, 'iou')).toEqual(byIou);
    const { rules } = await ask(calibrated, {}, 'ap');
    expect(rules).toEqual([
      {
        origin: 'calibrated',
        path: runFiles(calibrated.folder).postprocessing,
        chosen: { by: 'ap', tiles: 2, epoch: 1, tta: 'none' },
        replaced: {},
        rule: byAp,
        bySlide: [{ dataset: 1, source: 2, rule: ofSlide }],
      },
    ]);
    expect(describeUsedRule(rules[0] as (typeof rules)[0])).toBe(
      'chosen by AP on 2 validation tiles: cutoff 0.5, weaker ones from 0.2, confidence by size, scale 64 px; rules of their own for 1/2',
    );
  });

  test('can be named by what it was chosen by', async () => {
    expect(await ruleOf(calibrated, { rule: ['run:ap'] }, 'iou')).toEqual(byAp);
    expect(await ruleOf(calibrated, { rule: ['run:iou'] }, 'ap')).toEqual(byIou);
    const { rules } = await ask(calibrated, { rule: ['run:iou', 'run:ap'] });
    expect(rules.map(({ rule }) => rule)).toEqual([byIou, byAp]);
    await expect(ask(plain, { rule: ['run:ap'] })).rejects.toThrow(
      `--rule run:ap: ${plain.folder} has no rule chosen by AP. Choose one with: vascula calibrate`,
    );
  });

  test('is the only stored one for either use', async () => {
    await store({ ...stored, choices: stored.choices.slice(0, 1) });
    await expect(ask(calibrated, { rule: ['run:ap'] })).rejects.toThrow('no rule chosen by AP');
    expect(await ruleOf(calibrated, {}, 'ap')).toEqual(byIou);
    await store(stored);
  });

  test('has its calibration only where that is asked for', async () => {
    const { rules } = await ask(calibrated, { calibrated: true }, 'ap');
    expect(rules[0]).toMatchObject({
      rule: { ...byAp, calibration: points },
      bySlide: [{ rule: { ...ofSlide, calibration: points } }],
    });
    // Neither moves a confidence.
    await ask(calibrated, { calibrated: true, minArea: 9, dilate: 2 });
  });
});

describe('single values in place of those of the rule', () => {
  const cases: [Partial<RuleRequest>, Partial<InstanceRule>, string][] = [
    [{ cutoff: 0.3 }, { low: 0.3, high: 0.3 }, '--cutoff'],
    [{ cutoff: 0.7, low: 0.2 }, { low: 0.2, high: 0.7 }, '--cutoff, --low'],
    [{ low: 0.1 }, { low: 0.1, high: 0.6 }, '--low'],
    [{ weak: 0.1 }, { weak: 0.1 }, '--weak'],
    [{ maxHole: 50 }, { maximumHoleArea: 50 }, '--max-hole'],
    [{ split: 2.5 }, { splitProminence: 2.5 }, '--split'],
    [{ minArea: 0 }, { minimumArea: 0 }, '--min-area'],
    [{ dilate: 1.5 }, { dilation: 1.5 }, '--dilate'],
    [{ sizeScale: 32 }, { sizeScale: 32 }, '--size-scale'],
  ];
  test.each(cases)('%j', async (request, values, flags) => {
    const { rules } = await ask(calibrated, request);
    expect(rules[0]).toMatchObject({ rule: { ...byIou, ...values } });
    expect(describeUsedRule(rules[0] as (typeof rules)[0])).toContain(`but for ${flags}: `);
  });

  test('reach the rules of slides too; none takes a step out; weaker ones stay weaker', async () => {
    const { rules } = await ask(calibrated, { weak: 'none', minArea: 7 }, 'ap');
    expect(rules[0]).toMatchObject({
      replaced: { '--weak': 'none', '--min-area': 7 },
      rule: { weak: null, minimumArea: 7 },
      bySlide: [{ rule: { ...ofSlide, weak: null, minimumArea: 7 } }],
    });
    expect(await ruleOf(calibrated, { cutoff: 0.1 }, 'ap')).toMatchObject({ weak: 0.1 });
  });

  test('drop a calibration that is for other confidences', async () => {
    const rule = [await ruleFile({ calibration: points })];
    expect(await ruleOf(plain, { rule })).toMatchObject({ calibration: points });
    expect(await ruleOf(plain, { rule, dilate: 1 })).toMatchObject({ calibration: points });
    expect(await ruleOf(plain, { rule, sizeScale: 1 })).toMatchObject({ calibration: null });
  });

  test('glomeruli remove what lies inside by more than half, or by what is said', async () => {
    const glomeruli = 'x.jsonl';
    expect(await ruleOf(plain, { glomeruli })).toMatchObject({ maximumGlomerulusShare: 0.5 });
    expect(await ruleOf(plain, { glomeruli, maxInside: 0 })).toMatchObject({
      maximumGlomerulusShare: 0,
    });
    const rule = [await ruleFile({ maximumGlomerulusShare: 0.9 })];
    expect(await ruleOf(plain, { rule, glomeruli })).toMatchObject({ maximumGlomerulusShare: 0.9 });
  });
});

describe('rules of files', () => {
  test("have the notebook's values where none is given", async () => {
    const path = await ruleFile({ low: 0.3, high: 0.5, splitProminence: 2 });
    const { rules } = await ask(plain, { rule: [path, 'run'], maxIou: 0.4 });
    expect(rules.map(({ origin }) => origin)).toEqual(['file', 'notebook']);
    expect(rules[0]).toMatchObject({
      path,
      rule: { ...notebookRule, low: 0.3, high: 0.5, splitProminence: 2 },
    });
    expect(describeUsedRule(rules[0] as (typeof rules)[0])).toBe(
      `of ${path}: cutoffs 0.3 and 0.5, split at necks of 2 px`,
    );
  });

  const faults: [content: unknown, says: string][] = [
    ['{', 'rule.json: is not JSON'],
    ['[]', 'rule.json: found []; expected an object'],
    [{ cutoff: 0.5 }, 'rule.json: cutoff: is not known'],
    [{ low: 0.5 }, 'rule.json: high: found nothing; expected both low and high, or neither'],
    [{ low: 0.6, high: 0.5 }, 'rule.json: high: found 0.5; expected low (0.6) to 1'],
    [{ low: '0.5', high: 0.5 }, 'rule.json: low: found "0.5"; expected a number'],
    [{ weak: 0.9 }, 'rule.json: weak: found 0.9; expected 0 to low (0.8), or null'],
    [{ connectivity: 6 }, 'rule.json: connectivity: found 6'],
    [{ dilation: -1 }, 'rule.json: dilation: found -1; expected 0 or more'],
    [{ calibration: [[0.5, 2]] }, 'rule.json: calibration[0][1]: found 2; expected 0 to 1'],
    [{ calibration: [[0.5]] }, 'rule.json: calibration[0]: found [0.5]'],
  ];
  test.each(faults)('%j', async (content, says) => {
    await expect(ask(plain, { rule: [await ruleFile(content)] })).rejects.toThrow(says);
  });

  test('are refused as core refuses them: whatever is taken makes sense there', async () => {
    const anyNumber = fc.constantFrom(-1, 0, 0.05, 0.5, 0.8, 1, 2, Number.POSITIVE_INFINITY);
    const anyRule = fc.record({
      connectivity: fc.constantFrom(4, 8, 5),
      low: anyNumber,
      high: anyNumber,
      maximumHoleArea: anyNumber,
      weak: fc.option(anyNumber),
      splitProminence: fc.option(anyNumber),
      minimumArea: anyNumber,
      maximumGlomerulusShare: fc.constant(1),
      dilation: anyNumber,
      sizeScale: anyNumber,
      calibration: fc.option(fc.array(fc.tuple(anyNumber, anyNumber), { maxLength: 2 })),
    });
    await fc.assert(
      fc.asyncProperty(anyRule, async (rule) => {
        const text = JSON.stringify(rule);
        // JSON has no Infinity: null in its place is another rule.
        const meant = JSON.parse(text) as InstanceRule;
        const asked = ask(plain, { rule: [await ruleFile(text)] });
        if (ruleFault(meant) === undefined) expect(await asked).toBeDefined();
        else await expect(asked).rejects.toThrow('rule.json: ');
      }),
      { numRuns: 200 },
    );
  });
});

describe('refused', () => {
  const refusals: [Partial<RuleRequest>, string][] = [
    [
      { rule: ['absent.json'] },
      'absent.json: is missing; expected run, run:iou, run:ap, notebook, or',
    ],
    [{ maxInside: 0.5 }, '--max-inside: is for --glomeruli'],
    [{ maxIou: 0.5 }, '--max-iou: is for several rules'],
    [{ low: 0.7 }, '--low: makes a rule whose high is 0.6; expected low (0.7) to 1'],
    [{ weak: 0.5 }, '--weak: makes a rule whose weak is 0.5; expected 0 to low (0.4), or null'],
    [{ calibrated: true, cutoff: 0.5 }, 'is not for the confidences that --cutoff makes'],
    [{ calibrated: true, rule: ['notebook'] }, 'the rule notebook of'],
  ];
  test.each(refusals)('%j', async (request, says) => {
    await expect(ask(calibrated, request)).rejects.toThrow(says);
  });

  test('a calibration that is not there, and glomeruli that are not given', async () => {
    await expect(ask(plain, { calibrated: true })).rejects.toThrow(
      `has no calibration. Make one with: vascula calibrate ${plain.folder}`,
    );
    const rule = [await ruleFile({ maximumGlomerulusShare: 0.5 })];
    await expect(ask(plain, { rule })).rejects.toThrow(
      'rule.json: maximumGlomerulusShare: the rule removes what lies in glomeruli, and none are given',
    );
    await expect(ask(plain, { rule, calibrated: true })).rejects.toThrow('has no calibration');
  });

  const [, second] = stored.choices;
  const damages: [name: string, content: unknown, says: string][] = [
    ['another format', { ...stored, format: 'x' }, 'format: found "x"'],
    ['no choice', { ...stored, choices: [] }, 'choices: found []; expected an array of at least 1'],
    ['two of one kind', { ...stored, choices: [second, second] }, 'at most one choice by each'],
    ['no tiles', { ...stored, tiles: [] }, 'tiles: found []'],
    ['more than is known', { ...stored, more: 1 }, 'more: is not known'],
    [
      'a rule that makes no sense',
      { ...stored, choices: [{ ...second, rule: { ...byAp, high: 0.4 } }] },
      'choices[0].rule.high: found 0.4; expected low (0.5) to 1',
    ],
    [
      'a score beyond 1',
      { ...stored, choices: [{ ...second, chosenOn: { notebook: 0, score: 3 } }] },
      'choices[0].chosenOn.score: found 3',
    ],
  ];
  test.each(damages)('a stored rule with %s', async (_name, content, says) => {
    await store(content);
    const asked = ask(calibrated, {}).finally(() => store(stored));
    await expect(asked).rejects.toThrow(says);
    await expect(asked).rejects.toThrow(basename(runFiles('x').postprocessing));
  });

  test('a stored rule that is a folder; the notebook’s rule does not look at it', async () => {
    const run = await openRun(plain.folder);
    await mkdir(runFiles(run.folder).postprocessing);
    await expect(ask(run, {})).rejects.toThrow('is a folder; expected a file');
    expect(await ruleOf(run, { rule: ['notebook'] })).toMatchObject({ low: 0.5 });
  });
});

test('a rule in words names every step that is not the notebook’s', () => {
  expect(describeRule(notebookRule)).toBe('cutoff 0.8');
  const all: InstanceRule = {
    connectivity: 4,
    low: 0.4,
    high: 0.6,
    maximumHoleArea: 9,
    weak: 0.1,
    splitProminence: 2,
    minimumArea: 5,
    maximumGlomerulusShare: 0.5,
    dilation: 1,
    sizeScale: 64,
    calibration: points,
  };
  expect(describeRule(all)).toBe(
    'cutoffs 0.4 and 0.6, 4 neighbours, holes up to 9 px filled, weaker ones from 0.1, split at necks of 2 px, ' +
      'at least 5 px, at most 0.5 inside glomeruli, dilated by 1 px, confidence by size, scale 64 px, confidence calibrated',
  );
});
