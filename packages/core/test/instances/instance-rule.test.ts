import { checkInstanceRule, findInstances, type InstanceRule, notebookRule } from '@vascula/core';
import { describe, expect, it } from 'vitest';

describe('checkInstanceRule', () => {
  it('takes the rule of the notebook, as it is and from JSON', () => {
    checkInstanceRule(notebookRule);
    expect(JSON.parse(JSON.stringify(notebookRule))).toEqual(notebookRule);
  });

  const wrong: [Partial<Record<keyof InstanceRule, unknown>>, string][] = [
    [{ connectivity: 6 }, 'connectivity of the rule is 6; expected 4 or 8'],
    [{ low: -0.1 }, 'low of the rule is -0.1; expected 0 to 1'],
    [{ low: Number.NaN }, 'low of the rule is NaN'],
    [{ low: '0.5' }, 'low of the rule is 0.5; expected 0 to 1'],
    [{ low: 0.9 }, 'high of the rule is 0.8; expected low (0.9) to 1'],
    [{ high: 1.1 }, 'high of the rule is 1.1; expected low (0.8) to 1'],
    [{ weak: 0.81 }, 'weak of the rule is 0.81; expected 0 to low (0.8), or null'],
    [{ weak: undefined }, 'weak of the rule is undefined'],
    [{ splitProminence: 0 }, 'splitProminence of the rule is 0; expected 1/16 or more, or null'],
    [{ maximumHoleArea: -1 }, 'maximumHoleArea of the rule is -1; expected 0 or more'],
    [{ minimumArea: Number.POSITIVE_INFINITY }, 'minimumArea of the rule is Infinity'],
    [{ dilation: -2 }, 'dilation of the rule is -2'],
    [{ sizeScale: undefined }, 'sizeScale of the rule is undefined'],
    [{ maximumGlomerulusShare: 1.5 }, 'maximumGlomerulusShare of the rule is 1.5; expected 0 to 1'],
    [{ calibration: [] }, 'calibration of the rule is ; expected points'],
    [{ calibration: undefined }, 'calibration of the rule is undefined; expected points'],
    [{ calibration: [[Number.NaN, 0]] }, 'calibration[0][0] of the rule is NaN'],
    [
      {
        calibration: [
          [0.5, 0.2],
          [0.5, 0.3],
        ],
      },
      'calibration[1][0] of the rule is 0.5; expected a number above those before',
    ],
    [
      {
        calibration: [
          [0.5, 0.2],
          [0.6, 0.1],
        ],
      },
      'calibration[1][1] of the rule is 0.1; expected 0.2 to 1, never falling',
    ],
    [{ calibration: [[0.5, 1.2]] }, 'calibration[0][1] of the rule is 1.2'],
    [{ calibration: [0.5] }, 'calibration[0] of the rule is 0.5; expected a point'],
  ];
  for (const [fields, message] of wrong)
    it(`refuses: ${message}`, () => {
      const rule = { ...notebookRule, ...fields } as InstanceRule;
      expect(() => checkInstanceRule(rule)).toThrow(RangeError);
      expect(() => findInstances(new Float32Array(1), 1, 1, rule)).toThrow(message);
    });
});
