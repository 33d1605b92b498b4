import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withProbabilityMaps } from '../../dist/calibration/probability-maps.js';
import { temporaryFolder } from '../support/folder.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
const before = process.env.TMPDIR;
beforeAll(async () => {
  temporary = await temporaryFolder();
  process.env.TMPDIR = temporary.path;
});
afterAll(async () => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await temporary.remove();
});

test('gives back the very values, of parts of buffers too, and leaves nothing', async () => {
  const all = Float32Array.from({ length: 40 }, (_, k) => Math.fround(Math.sin(k)));
  const parts = [all, all.subarray(3, 17), new Float32Array(0)];
  await withProbabilityMaps(async (maps) => {
    for (const [k, part] of parts.entries()) await maps.put(k, part);
    for (const [k, part] of parts.entries()) expect(await maps.get(k)).toEqual(part.slice());
    expect(await readdir(temporary.path)).toHaveLength(1);
  });
  expect(await readdir(temporary.path)).toEqual([]);
});

test('leaves nothing where the task fails', async () => {
  const failing = withProbabilityMaps(async (maps) => {
    await maps.put(0, new Float32Array(5));
    throw new Error('stopped');
  });
  await expect(failing).rejects.toThrow('stopped');
  expect(await readdir(temporary.path)).toEqual([]);
});
