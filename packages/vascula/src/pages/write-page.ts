import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { claimEmptyFolder, writeFileAtomic } from '../files/index.js';
import type { Page } from './block.js';

export interface PageHooks {
  /** Called after each file of a figure, table or picture; `total` grows while hover pictures come. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Writes the page and all that belongs to it into a new or empty folder. */
export async function writePage(
  folder: string,
  page: Page,
  { signal }: PageHooks = {},
): Promise<void> {
  await claimEmptyFolder(folder);
  for (const name of ['assets', 'figures', 'tables', 'pictures']) await mkdir(join(folder, name));
  signal?.throwIfAborted();
  await writeFileAtomic(join(folder, 'data.json'), `${JSON.stringify(page.data, null, 2)}\n`);
  await writeFileAtomic(
    join(folder, 'index.html'),
    '<!doctype html><title>Being written</title>\n',
  );
}
