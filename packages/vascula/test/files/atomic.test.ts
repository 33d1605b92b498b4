import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@vascula/core';
import { writeFileAtomic } from 'vascula';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'history.json');
});
afterEach(() => folder.remove());

test('writes text and bytes, replaces, and leaves no other file behind', async () => {
  await writeFileAtomic(path, 'é');
  expect(await readFile(path)).toEqual(Buffer.from('é'));
  await writeFileAtomic(path, new Uint8Array([0, 255]));
  expect([...(await readFile(path))]).toEqual([0, 255]);
  expect(await readdir(folder.path)).toEqual(['history.json']);
});

test('without overwrite, an existing file is refused and untouched', async () => {
  await writeFileAtomic(path, 'first', { overwrite: false });
  const second = writeFileAtomic(path, 'second', { overwrite: false });
  await expect(second).rejects.toThrow(InputError);
  await expect(second).rejects.toThrow(`${path}: exists already`);
  expect(await readFile(path, 'utf8')).toBe('first');
  expect(await readdir(folder.path)).toEqual(['history.json']);
});

test('of many writers without overwrite exactly one succeeds', async () => {
  const writers = Array.from({ length: 8 }, (_, writer) =>
    writeFileAtomic(path, `${writer}`, { overwrite: false }),
  );
  const results = await Promise.allSettled(writers);
  const winners = results.flatMap(({ status }, writer) => (status === 'fulfilled' ? [writer] : []));
  expect(winners).toHaveLength(1);
  expect(await readFile(path, 'utf8')).toBe(`${winners[0]}`);
});

test('readers beside many writers see one whole version', async () => {
  const versions = Array.from({ length: 10 }, (_, version) => `${version}`.repeat(50_000));
  await writeFileAtomic(path, versions[0]);
  const writing = Promise.all(versions.map((version) => writeFileAtomic(path, version)));
  for (let read = 0; read < 20; read++) expect(versions).toContain(await readFile(path, 'utf8'));
  await writing;
});

test('a failed write leaves the older file and no temporary one', async () => {
  await writeFile(path, 'old');
  await expect(writeFileAtomic(path, Symbol('no data') as unknown as string)).rejects.toThrow();
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder.path)).toEqual(['history.json']);
  await expect(writeFileAtomic(join(folder.path, 'absent', 'x'), '')).rejects.toThrow('ENOENT');
});
