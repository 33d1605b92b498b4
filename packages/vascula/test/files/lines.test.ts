import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_LINE_BYTES, readLines, type TextLine } from '../../dist/files/index.js';
import { temporaryFolder } from '../support/folder.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'lines.txt');
});
afterAll(() => folder.remove());

async function linesOf(content: string | Uint8Array): Promise<TextLine[]> {
  await writeFile(path, content);
  const lines: TextLine[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

test('lines, numbers and byte ranges, whatever the line ends', async () => {
  const line = fc
    .string({ unit: 'binary' })
    .map((text) => text.replace(/[\r\n\uFEFF]|\p{Cs}/gu, '').slice(0, 300));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (texts, end, bom) => {
        const found = await linesOf(`${bom ? '\uFEFF' : ''}${texts.join(end)}${end}`);
        expect(found.map(({ text }) => text)).toEqual(texts);
        expect(found.map(({ line }) => line)).toEqual(texts.map((_, index) => index + 1));
        const bytes = await readFile(path);
        for (const { offset, length, text, line } of found) {
          const start = offset + (bom && line === 1 ? 3 : 0);
          expect(bytes.subarray(start, offset + length).toString()).toBe(text);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('lines longer than the chunks of a stream', async () => {
  const texts = ['a'.repeat(200_000), 'é'.repeat(100_000), '', 'end'];
  expect((await linesOf(texts.join('\n'))).map(({ text }) => text)).toEqual(texts);
});

test('a line that is not UTF-8 is named and the next ones are read', async () => {
  const content = Buffer.concat([
    Buffer.from('one\n'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('\nthree'),
  ]);
  const found = await linesOf(content);
  expect(found.map(({ text, problem }) => text ?? problem)).toEqual([
    'one',
    'is not UTF-8 text',
    'three',
  ]);
});

test('a line without end is not gathered in memory', async () => {
  const found = await linesOf(
    Buffer.concat([Buffer.alloc(MAX_LINE_BYTES + 1, 'x'), Buffer.from('\nb')]),
  );
  expect(found.map(({ text, problem }) => text ?? problem)).toEqual(['is longer than 32 MiB', 'b']);
});
