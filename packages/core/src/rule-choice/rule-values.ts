import { type InstanceRule, notebookRule } from '../instances/index.js';
import type { Objective } from './objective.js';

/** One value of a rule that is searched. */
export interface RuleVariation {
  readonly name: 'cutoff' | keyof InstanceRule;
  /** The rules that differ from a given one in it: the value nearest to the notebook's first. */
  readonly of: (rule: InstanceRule) => readonly InstanceRule[];
  /** The value as a number, so that some are near others. */
  readonly at: (rule: InstanceRule) => number;
}

/** 0.05, 0.1 … 0.95. */
const twentieths: readonly number[] = Array.from({ length: 19 }, (_, k) => (k + 1) / 20);

/** Cutoffs for weaker vessels beside those found, the nearest to those first. */
const weakCutoffs: readonly number[] = [0.5, 0.4, 0.3, 0.2, 0.1, 0.05];

/** The notebook's value first: of values that score the same, the first is taken. */
const values = {
  maximumHoleArea: [0, 64, 256, 1024, 4096],
  splitProminence: [null, 1, 2, 4],
  minimumArea: [0, 16, 32, 64, 128, 256],
  dilation: [0, 1, 2, 3],
  sizeScale: [0, 32, 128, 512, 2048],
} as const satisfies Partial<Record<keyof InstanceRule, readonly (number | null)[]>>;

/**
 * The cutoff, 0.05 to 0.95 by 0.05 and those given besides, nearest to the notebook's first. Of a rule with
 * two cutoffs only the lower one moves, up to the other.
 */
export function cutoffVariation(besides: readonly number[]): RuleVariation {
  const { low: notebook } = notebookRule;
  const cutoffs = [...new Set([...twentieths, ...besides])].sort(
    (a, b) => Math.abs(a - notebook) - Math.abs(b - notebook) || b - a,
  );
  return {
    name: 'cutoff',
    at: ({ low }) => low,
    of: (rule) =>
      rule.low === rule.high
        ? cutoffs.map((cutoff) => withLow({ ...rule, high: cutoff }, cutoff))
        : cutoffs.filter((cutoff) => cutoff <= rule.high).map((cutoff) => withLow(rule, cutoff)),
  };
}

/** Weaker vessels are looked for below the cutoff only. */
function withLow(rule: InstanceRule, low: number): InstanceRule {
  return { ...rule, low, weak: rule.weak !== null && rule.weak < low ? rule.weak : null };
}

/** A second, higher cutoff that a pixel of each vessel must be above; the lower one itself is none. */
const highVariation: RuleVariation = {
  name: 'high',
  at: ({ high }) => high,
  of: (rule) => [
    { ...rule, high: rule.low },
    ...twentieths.filter((high) => high > rule.low).map((high) => ({ ...rule, high })),
  ],
};

const weakVariation: RuleVariation = {
  name: 'weak',
  at: ({ weak, low }) => weak ?? low,
  of: (rule) => [
    { ...rule, weak: null },
    ...weakCutoffs.filter((weak) => weak < rule.low).map((weak) => ({ ...rule, weak })),
  ],
};

function variationOf(name: keyof typeof values): RuleVariation {
  return {
    name,
    // What is split at no neck is split at infinitely deep ones.
    at: (rule) => rule[name] ?? Number.POSITIVE_INFINITY,
    of: (rule) => values[name].map((value) => ({ ...rule, [name]: value })),
  };
}

/** The values that are searched, one after the other. IoU knows no confidence. */
export function allVariations(by: Objective, cutoffs: RuleVariation): readonly RuleVariation[] {
  return [
    cutoffs,
    highVariation,
    weakVariation,
    variationOf('maximumHoleArea'),
    variationOf('splitProminence'),
    ...finishing(by),
  ];
}

/** Those in which tiles of one slide may differ from others': fewer, for there are fewer tiles. */
export function slideVariations(by: Objective, cutoffs: RuleVariation): readonly RuleVariation[] {
  return [cutoffs, ...finishing(by)];
}

function finishing(by: Objective): readonly RuleVariation[] {
  const names = ['minimumArea', 'dilation', 'sizeScale'] as const;
  return names.filter((name) => by === 'ap' || name !== 'sizeScale').map(variationOf);
}
