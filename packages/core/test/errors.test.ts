import { describeFault, InputError } from '@vascula/core';
import { expect, test } from 'vitest';

test('a fault is one line: place, problem, what was expected, what to do', () => {
  const fault = {
    path: 'a.csv',
    line: 3,
    field: 'id',
    problem: 'is empty',
    expected: 'a tile',
    hint: 'Mend it.',
  };
  expect(describeFault(fault)).toBe('a.csv:3: id: is empty; expected a tile. Mend it.');
  expect(new InputError({ problem: 'is empty' }).message).toBe('is empty');
});

test('what a terminal would act on is escaped, wherever it stands', () => {
  const { message } = new InputError({
    path: 'a\nb.csv',
    field: '\u001b[2J',
    problem: '\u009b31m \u202e\u2028',
    expected: 'é → ✓ \u{1f52c}',
  });
  expect(message).toBe(
    'a\\u{a}b.csv: \\u{1b}[2J: \\u{9b}31m \\u{202e}\\u{2028}; expected é → ✓ \u{1f52c}',
  );
});
