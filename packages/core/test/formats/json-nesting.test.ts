import { findDeepNesting, MAX_JSON_LEVELS } from '@vascula/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const nested = (levels: number, open = '[', close = ']') =>
  open.repeat(levels) + close.repeat(levels);

it('as many levels as are allowed, and one more', () => {
  expect(findDeepNesting(nested(MAX_JSON_LEVELS))).toBeUndefined();
  expect(findDeepNesting(nested(MAX_JSON_LEVELS + 1))).toBe(MAX_JSON_LEVELS);
  expect(findDeepNesting(` ${nested(MAX_JSON_LEVELS / 2 + 1, '{"a":[', ']}')}`)).toBe(
    1 + 6 * (MAX_JSON_LEVELS / 2),
  );
  expect(findDeepNesting(`[${`${nested(50)},`.repeat(1000)}0]`)).toBeUndefined();
});

it('brackets within strings are none, whatever is escaped', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const list = [text, '['.repeat(200), `"${text}`, `\\${text}`];
      expect(findDeepNesting(JSON.stringify(list))).toBeUndefined();
      const deep = `${JSON.stringify(list).slice(0, -1)},${nested(MAX_JSON_LEVELS)}]`;
      expect(findDeepNesting(deep)).toBe(deep.lastIndexOf('['));
    }),
  );
});

it('no value of JSON of a usual depth is refused, and no text throws', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 12 }), fc.string(), (value, text) => {
      expect(findDeepNesting(JSON.stringify(value))).toBeUndefined();
      findDeepNesting(text);
    }),
  );
});
