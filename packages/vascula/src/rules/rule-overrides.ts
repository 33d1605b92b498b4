import { InputError, type InstanceRule, ruleFault } from '@vascula/core';

/** Single values in place of those of a rule, as flags give them; undefined leaves the rule's. */
export interface RuleOverrides {
  /** Both cutoffs. */
  readonly cutoff?: number;
  /** The lower one alone. */
  readonly low?: number;
  readonly weak?: number | 'none';
  readonly maxHole?: number;
  readonly split?: number | 'none';
  readonly minArea?: number;
  readonly dilate?: number;
  readonly sizeScale?: number;
}

interface Setter {
  readonly flag: string;
  readonly set: (value: never) => Partial<InstanceRule>;
  /** Whether a vessel may come out with another raw confidence, which a calibration is not for. */
  readonly movesConfidence: boolean;
}

const setters: { readonly [Name in keyof RuleOverrides]-?: Setter } = {
  cutoff: {
    flag: '--cutoff',
    set: (cutoff: number) => ({ low: cutoff, high: cutoff }),
    movesConfidence: true,
  },
  low: { flag: '--low', set: (low: number) => ({ low }), movesConfidence: true },
  weak: {
    flag: '--weak',
    set: (weak: number | 'none') => ({ weak: orNull(weak) }),
    movesConfidence: true,
  },
  maxHole: {
    flag: '--max-hole',
    set: (maximumHoleArea: number) => ({ maximumHoleArea }),
    movesConfidence: true,
  },
  split: {
    flag: '--split',
    set: (split: number | 'none') => ({ splitProminence: orNull(split) }),
    movesConfidence: true,
  },
  minArea: {
    flag: '--min-area',
    set: (minimumArea: number) => ({ minimumArea }),
    movesConfidence: false,
  },
  dilate: {
    flag: '--dilate',
    set: (dilation: number) => ({ dilation }),
    movesConfidence: false,
  },
  sizeScale: {
    flag: '--size-scale',
    set: (sizeScale: number) => ({ sizeScale }),
    movesConfidence: true,
  },
};

/** The flags that are given, by name. */
export function givenFlags(overrides: RuleOverrides): Record<string, number | 'none'> {
  return Object.fromEntries(given(overrides).map(([{ flag }, value]) => [flag, value]));
}

/** The first flag given that moves confidences; undefined where none does. */
export function confidenceFlag(overrides: RuleOverrides): string | undefined {
  return given(overrides).find(([{ movesConfidence }]) => movesConfidence)?.[0].flag;
}

/**
 * A rule with single values replaced. A weak cutoff that would lie above the others comes down to them,
 * and a calibration that was for other confidences is dropped.
 *
 * @throws InputError naming the flags, where the values do not go together.
 */
export function withOverrides(rule: InstanceRule, overrides: RuleOverrides): InstanceRule {
  const changed: InstanceRule = Object.assign(
    { ...rule },
    ...given(overrides).map(([{ set }, value]) => set(value as never)),
  );
  const { weak, low } = changed;
  const result = {
    ...changed,
    weak: weak === null || overrides.weak !== undefined ? weak : Math.min(weak, low),
    calibration: confidenceFlag(overrides) === undefined ? rule.calibration : null,
  };
  const fault = ruleFault(result);
  if (fault !== undefined)
    throw new InputError({
      path: Object.keys(givenFlags(overrides)).join(' '),
      problem: `makes a rule whose ${fault.path.join('.')} is ${fault.value}`,
      expected: fault.expected,
    });
  return result;
}

function orNull(value: number | 'none'): number | null {
  return value === 'none' ? null : value;
}

function given(overrides: RuleOverrides): [Setter, number | 'none'][] {
  return Object.entries(setters).flatMap(([name, setter]): [Setter, number | 'none'][] => {
    const value = overrides[name as keyof RuleOverrides];
    return value === undefined ? [] : [[setter, value]];
  });
}
