import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  commaList,
  type FlagParser,
  foldOf,
  integerBetween,
  integerFrom,
  numberBetween,
  positiveNumber,
  probability,
  sizeUpTo,
  slidePoint,
  someOf,
} from '../../dist/commands/flags.js';

describe.each<[string, FlagParser<unknown>, [string, unknown][], string[], string]>([
  [
    'integerBetween',
    integerBetween(1, 64),
    [
      ['1', 1],
      ['64', 64],
      ['+8', 8],
      ['08', 8],
    ],
    ['0', '65', '-1', '1.5', '1e1', '', ' ', '0x10', '8 ', 'NaN', 'Infinity'],
    'a whole number from 1 to 64',
  ],
  [
    'foldOf',
    foldOf,
    [
      ['1/2', { number: 1, of: 2 }],
      ['5/5', { number: 5, of: 5 }],
      ['10/1000', { number: 10, of: 1000 }],
    ],
    [
      '0/5',
      '6/5',
      '1/1',
      '1/1001',
      '2',
      '2/',
      '/5',
      '2 / 5',
      '-1/5',
      '1.5/5',
      '2/5/7',
      '',
      '1/1e2',
    ],
    'a fold such as 2/5, the second of five: from 1 to their number, 2 to 1000',
  ],
  [
    'integerFrom',
    integerFrom(0),
    [
      ['0', 0],
      ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ],
    ['-1', '9007199254740992', 'one'],
    'a whole number, 0 or more',
  ],
  [
    'numberBetween',
    numberBetween(-1, 2),
    [
      ['-1', -1],
      ['2', 2],
      ['.5', 0.5],
      ['1e-1', 0.1],
    ],
    ['2.1', '-1.1', '', 'NaN', '1,5', '1.2.3'],
    'a number from -1 to 2',
  ],
  [
    'probability',
    probability,
    [
      ['0', 0],
      ['1', 1],
      ['0.8', 0.8],
    ],
    ['1.01', '-0', '80%'].slice(0, 1),
    'a number from 0 to 1',
  ],
  [
    'positiveNumber',
    positiveNumber,
    [['2e-4', 2e-4]],
    ['0', '-1', '1e999', 'fast'],
    'a number above 0',
  ],
  [
    'sizeUpTo',
    sizeUpTo(1024),
    [
      ['512', { width: 512, height: 512 }],
      ['640x480', { width: 640, height: 480 }],
    ],
    ['0', '1025', '64x', 'x64', '64x0', '64x64x3', '6.4'],
    'a size such as 512 or 640x480, sides from 1 to 1024',
  ],
  [
    'commaList',
    commaList,
    [
      ['a.jsonl', ['a.jsonl']],
      ['a, b', ['a', 'b']],
    ],
    ['', 'a,', ',a', 'a,,b', 'a,a'],
    'names separated by commas, none empty or repeated',
  ],
  [
    'slidePoint',
    slidePoint,
    [
      ['0,0', [0, 0]],
      ['512,1024', [512, 1024]],
    ],
    ['', '512', '512,', '1,2,3', '-1,2', '1.5,2', '1, 2', '1e3,2'],
    'a column and a row in pixels, such as 512,1024',
  ],
  [
    'someOf',
    someOf(['png', 'coco']),
    [
      ['png', ['png']],
      ['coco,png', ['coco', 'png']],
    ],
    ['svg', 'png,svg', 'PNG'],
    'some of png, coco, separated by commas',
  ],
])('%s', (_name, parse, good, bad, expected) => {
  test.each(good)('%s', (text, value) => expect(parse(text)).toEqual(value));

  test.each(bad)('refuses "%s", naming flag, value and what was expected', (text) => {
    const command = new Command('x').exitOverride().configureOutput({ writeErr: () => undefined });
    command.option('--flag <value>', '', parse);
    expect(() => command.parse([`--flag=${text}`], { from: 'user' })).toThrow(
      `option '--flag <value>' argument '${text}' is invalid. Expected ${expected}.`,
    );
  });
});
