import type { Fault } from '@vascula/core';
import type { z } from 'zod';

/**
 * The faults behind a failed zod check of `value`: `field` is the JSON path (`annotations[2].type`),
 * the problem shows what was found there.
 */
export function schemaFaults(
  error: z.ZodError,
  value: unknown,
  place: Pick<Fault, 'path' | 'line'>,
): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        ...place,
        field: jsonPath([...issue.path, key]),
        problem: 'is not known',
        hint: 'It is misspelt, or of another version of vascula.',
      }));
    const field = jsonPath(issue.path);
    const fault = {
      ...place,
      ...(field === '' ? {} : { field }),
      problem: `found ${show(valueAt(value, issue.path))}`,
      expected: expectation(issue),
    };
    return [fault];
  });
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return ARTICLES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value')
    return issue.values.join(', ').replace(/, ([^,]*)$/, ' or $1');
  const what = issue.code === 'too_small' || issue.code === 'too_big' ? issue.origin : undefined;
  const counted = what === 'array' ? 'an array of ' : what === 'number' ? 'a number ' : undefined;
  if (issue.code === 'too_small' && counted)
    return `${counted}${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
  if (issue.code === 'too_big' && counted)
    return `${counted}${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
  return issue.message;
}

const ARTICLES: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

function jsonPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}

const SHOWN = 40;

/** A value as it would stand in the file, cut to fit in a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value) && value.length > 4) return `an array of ${value.length}`;
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}
