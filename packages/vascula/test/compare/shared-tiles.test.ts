import { expect, test } from 'vitest';
import { comparePairs, pairSentence, runNames, sharedTiles } from '../../dist/compare/index.js';

const tile = (id: string, iou: number, fingerprint = id) => ({ id, iou, fingerprint });
const run = (name: string, ...tiles: ReturnType<typeof tile>[]) => ({ name, tiles }) as never;

test('tiles are shared where every run validated the same pixels and truth', () => {
  const a = run('a', tile('t1', 0.1), tile('t2', 0.2), tile('t3', 0.3), tile('t4', 0.4));
  const b = run('b', tile('t4', 0.4), tile('t3', 0.3, 'another truth'), tile('t1', 0.2));
  expect(sharedTiles([a, b])).toEqual({ ids: ['t1', 't4'], different: 1 });
  expect(sharedTiles([b, a])).toEqual({ ids: ['t4', 't1'], different: 1 });
  expect(sharedTiles([a, b, run('c', tile('t9', 1))])).toEqual({ ids: [], different: 0 });
  expect(sharedTiles([])).toEqual({ ids: [], different: 0 });
});

test('pairs are compared on their own shared tiles, second minus first', () => {
  const a = run('a', tile('t1', 0.25), tile('t2', 0.5), tile('t3', 0.5), tile('t4', 0.5));
  const b = run('b', tile('t4', 0.75), tile('t2', 1), tile('t3', 0.5));
  const c = run('c', tile('t1', 0));
  const pairs = comparePairs([a, b, c], 0);
  expect(pairs.map(({ first, second, tiles }) => [first, second, tiles])).toEqual([
    ['a', 'b', 3],
    ['a', 'c', 1],
    ['b', 'c', 0],
  ]);
  // Of the 8 patterns of signs of +0.25, +0.5, 0, four are as far from 0 as +0.75.
  expect(pairs[0]).toMatchObject({
    firstIou: 0.5,
    secondIou: 0.75,
    difference: 0.25,
    higher: 2,
    lower: 0,
    pValue: 0.5,
  });
  expect(pairs[1]).toMatchObject({ difference: -0.25, low: null, pValue: null, lower: 1 });
  expect(pairs[2]).toMatchObject({ firstIou: null, difference: null, pValue: null });
  const sentences = pairs.map(pairSentence);
  expect(sentences[0]).toContain('a difference of +0.250');
  expect(sentences[0]).toContain('p = 0.500), which chance alone may bring about.');
  expect(sentences[1]).toContain('On the one tile both validated');
  expect(sentences[1]).toContain('too few tiles');
  expect(sentences[2]).toContain('no tile in common');
});

test('runs are called by the ends of their paths that tell them apart', () => {
  expect(runNames(['/x/unet', '/x/fcn/'])).toEqual(['unet', 'fcn']);
  expect(runNames(['/x/a/run', '/x/b/run', '/x/c'])).toEqual(['a/run', 'b/run', 'x/c']);
  expect(() => runNames(['/x/a', '/x/b', '/x/../x/a'])).toThrow('/x/../x/a: is given twice');
});
