import {
  type Column,
  columnTitle,
  count,
  deviationOf,
  finiteValues,
  formatCell,
  groupBy,
  mean,
  median,
  naturalOrder,
  quantile,
  quantileOf,
  type Row,
  sum,
  type Table,
  toCsv,
} from '@vascula/core';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const tiles = [
  { id: 'a', dataset: 2, source: '10', vessels: 4, size: 100 },
  { id: 'b', dataset: 1, source: '2', vessels: 0, size: null },
  { id: 'c', dataset: 2, source: '2', vessels: 2, size: 300 },
  { id: 'd', dataset: '1', source: 2, vessels: 7, size: 20 },
];

describe('groupBy', () => {
  test('groups in natural order, rows in theirs, identifiers by their text', () => {
    const groups = groupBy(tiles, ['dataset', 'source']);
    expect(groups.map(({ key }) => key)).toEqual([
      { dataset: 1, source: '2' },
      { dataset: 2, source: '2' },
      { dataset: 2, source: '10' },
    ]);
    expect(groups.map(({ rows }) => rows.map(({ id }) => id))).toEqual([['b', 'd'], ['c'], ['a']]);
  });

  test('no rows, no groups; no keys, one group', () => {
    expect(groupBy<(typeof tiles)[0], 'id'>([], ['id'])).toEqual([]);
    expect(groupBy(tiles, [])).toEqual([{ key: {}, rows: tiles }]);
  });

  test('a missing value is a group of its own, the last, and no text is taken for it', () => {
    const rows = [{ split: null }, { split: 'train' }, { split: 'null' }, { split: null }];
    expect(groupBy(rows, ['split']).map((group) => [group.key.split, group.rows.length])).toEqual([
      ['null', 1],
      ['train', 1],
      [null, 2],
    ]);
  });

  test('every row is in one group, whatever the names', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '1', ''));
    fc.assert(
      fc.property(fc.array(fc.record({ a: name, b: name })), (rows) => {
        const groups = groupBy(rows, ['a', 'b']);
        expect(groups.flatMap((group) => group.rows)).toHaveLength(rows.length);
        for (const { key, rows: members } of groups)
          for (const row of members) expect([row.a, row.b]).toEqual([key.a, key.b]);
        expect(groupBy([...rows].reverse(), ['a', 'b']).map(({ key }) => key)).toEqual(
          groups.map(({ key }) => key),
        );
      }),
    );
  });
});

describe('aggregates', () => {
  test('what has no value is left out', () => {
    expect(finiteValues(tiles, 'size')).toEqual([100, 300, 20]);
    expect(count(tiles, 'size')).toBe(3);
    expect(sum(tiles, 'size')).toBe(420);
    expect(mean(tiles, 'size')).toBe(140);
    expect(median(tiles, 'size')).toBe(100);
    expect(quantile(tiles, 'size', 0.25)).toBe(60);
    expect(mean([{ v: Number.NaN }, { v: 3 }, { v: Number.POSITIVE_INFINITY }], 'v')).toBe(3);
  });

  test('of nothing: null, and a sum of 0', () => {
    const none = [{ size: null as number | null }];
    expect([mean(none, 'size'), median(none, 'size'), quantile(none, 'size', 0.9)]).toEqual([
      null,
      null,
      null,
    ]);
    expect([sum(none, 'size'), count(none, 'size')]).toEqual([0, 0]);
  });

  test('the deviation of a sample is over n - 1, as NumPy gives it with ddof=1', () => {
    expect(deviationOf([0.81, 0.79, 0.84, 0.8])).toBeCloseTo(0.021602468994692835, 15);
    expect(deviationOf([5, 5, 5])).toBe(0);
    expect([deviationOf([1]), deviationOf([])]).toEqual([null, null]);
  });

  test('a quantile is asked for as a probability, and leaves the values as they were', () => {
    expect(() => quantileOf([1], 95)).toThrow('probability 95 is outside 0 to 1');
    const values = [10, 9, 100];
    expect(quantileOf(values, 1)).toBe(100);
    expect(values).toEqual([10, 9, 100]);
  });
});

test('natural order is an order', () => {
  const names = ['slide 10', 'slide 2', 'slide 02', 'Slide 1', '3', 3, null, '', 'b'];
  const sorted = [...names].sort(naturalOrder);
  expect(sorted).toEqual(['', '3', 3, 'b', 'Slide 1', 'slide 02', 'slide 2', 'slide 10', null]);
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 6 }), (some) => {
      expect([...some].reverse().sort(naturalOrder)).toEqual([...some].sort(naturalOrder));
    }),
  );
});

describe('cells', () => {
  const column = (kind: Column['kind'], digits?: number): Column => ({
    name: 'x',
    label: 'mean size',
    unit: 'px',
    kind,
    ...(digits !== undefined && { digits }),
  });

  test.each([
    [column('number'), 0.0481364, '0.048'],
    [column('number', 1), 12.25, '12.3'],
    [column('number', 2), -0.001, '0.00'],
    [column('integer'), 1633, '1633'],
    [column('text'), 2, '2'],
    [column('text'), 'slide 2', 'slide 2'],
    [column('number'), null, '–'],
    [column('number'), undefined, '–'],
    [column('number'), Number.NaN, '–'],
    [column('integer'), Number.POSITIVE_INFINITY, '–'],
  ])('%j shows %j as %s', (shown, value, expected) => {
    expect(formatCell(shown, value)).toBe(expected);
  });

  test('units stand in brackets', () => {
    expect(columnTitle(column('number'))).toBe('mean size (px)');
    expect(columnTitle({ label: 'tile' })).toBe('tile');
  });
});

describe('toCsv', () => {
  const columns: Column[] = [
    { name: 'id', label: 'tile', kind: 'text' },
    { name: 'iou', label: 'IoU', kind: 'number', digits: 2 },
  ];

  test('names, all digits, empty for no value, CRLF', () => {
    const rows: Row[] = [
      { id: 'a,"b"', iou: 1 / 3 },
      { id: 'c', iou: null },
      { id: 'd', iou: Number.NaN, other: 1 },
    ];
    expect(toCsv({ columns, rows })).toBe('id,iou\r\n"a,""b""",0.3333333333333333\r\nc,\r\nd,\r\n');
    expect(toCsv({ columns, rows: [] })).toBe('id,iou\r\n');
  });

  test('a reader of CSV gets back what was written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', ';') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, fc.double({ noNaN: true }))), (cells) => {
        const finite = cells.filter(([, iou]) => Number.isFinite(iou));
        const table: Table = { columns, rows: finite.map(([id, iou]) => ({ id, iou })) };
        const read: string[][] = parse(toCsv(table));
        expect(read.slice(1).map(([id, iou]) => [id, Number(iou)])).toEqual(
          finite.map(([id, iou]) => [id, iou + 0]),
        );
      }),
    );
  });
});
