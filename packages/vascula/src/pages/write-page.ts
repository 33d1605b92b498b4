import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Figure, toCsv } from '@vascula/core';
import { claimEmptyFolder, mapConcurrent, writeFileAtomic } from '../files/index.js';
import { pageAssets } from './assets.js';
import type { Page } from './block.js';
import type { FigureSize } from './block-html.js';
import { figureSvg, standaloneSpec, svgSize, svgToPng } from './figure-picture.js';
import { jsonLines } from './json-lines.js';
import { pageContents } from './page-contents.js';
import { pageHtml } from './page-html.js';

export interface PageHooks {
  /** Called after each figure, table and picture. */
  readonly progress?: (done: number, total: number) => void;
  /** Stops between two files; the folder is left empty. */
  readonly signal?: AbortSignal;
}

/** Small files on their way to the disk at once: it can sync several in about the time of one. */
const SYNCS = 16;

const FOLDERS = ['assets', 'figures', 'tables', 'pictures'];

/**
 * Writes a page that opens from disk: `index.html`, `data.json`, `figures/NAME.{json,svg,png}`,
 * `tables/NAME.csv`, `pictures/*` and `assets/*`.
 *
 * `index.html` comes last, so a folder that has it is complete; where writing fails or is stopped, what
 * was written is removed again. No text of the page can act as markup or script.
 *
 * @throws InputError where `folder` is not a new or empty folder.
 * @throws RangeError where names are not kebab-case or not unique, before anything is written.
 * @throws the reason of `signal` once it is aborted.
 */
export async function writePage(folder: string, page: Page, hooks: PageHooks = {}): Promise<void> {
  const contents = pageContents(page);
  await claimEmptyFolder(folder);
  try {
    await writeContents(folder, page, contents, hooks);
  } catch (error) {
    for (const name of [...FOLDERS, 'data.json', 'index.html'])
      await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}

async function writeContents(
  folder: string,
  page: Page,
  { figures, tables, pictures }: ReturnType<typeof pageContents>,
  { progress, signal }: PageHooks,
): Promise<void> {
  for (const name of FOLDERS) await mkdir(join(folder, name));
  const write = (path: string, data: string | Uint8Array) =>
    writeFileAtomic(join(folder, path), data);
  const total = figures.length + tables.length + pictures.size;
  let done = 0;
  const advance = () => {
    progress?.(++done, total);
    signal?.throwIfAborted();
  };

  signal?.throwIfAborted();
  await mapConcurrent([...pictures], SYNCS, async ([path, bytes]) => {
    signal?.throwIfAborted();
    await write(path, bytes);
    advance();
  });
  for (const { name, table } of tables) {
    await write(`tables/${name}.csv`, toCsv(table));
    advance();
  }
  const sizes = new Map<Figure, FigureSize>();
  for (const figure of figures) {
    const svg = await figureSvg(figure);
    sizes.set(figure, svgSize(svg));
    await write(`figures/${figure.name}.json`, jsonLines(standaloneSpec(figure)));
    await write(`figures/${figure.name}.svg`, svg);
    await write(`figures/${figure.name}.png`, await svgToPng(svg));
    advance();
  }
  for await (const { name, bytes } of pageAssets()) await write(`assets/${name}`, bytes);
  await write('data.json', jsonLines(page.data));
  await write(
    'index.html',
    pageHtml(page, (figure) => sizes.get(figure) as FigureSize),
  );
}
