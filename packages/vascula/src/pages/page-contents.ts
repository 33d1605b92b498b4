import type { Figure, Table } from '@vascula/core';
import type { Block, Page, Thumbnail } from './block.js';
import { picturePath } from './picture-path.js';

/** All files a page's blocks ask for, each once. */
export interface PageContents {
  readonly figures: readonly Figure[];
  readonly tables: readonly { readonly name: string; readonly table: Table }[];
  /** By path relative to the page. */
  readonly pictures: ReadonlyMap<string, Uint8Array>;
}

/**
 * Gathers what the blocks hold.
 *
 * @throws RangeError where a name is not kebab-case, or stands for two things of one kind.
 */
export function pageContents({ sections, hoverPictures = [] }: Page): PageContents {
  const blocks = sections.flatMap((section) => section.blocks);
  const figures = blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : []));
  const tables = blocks.flatMap((block) => (block.kind === 'table' ? [block] : []));
  requireNames(
    'section',
    sections.map((section) => section.id),
  );
  requireNames(
    'figure',
    figures.map((figure) => figure.name),
  );
  requireNames(
    'table',
    tables.map((table) => table.name),
  );
  requireNames(
    'pictures',
    blocks.flatMap((block) => (block.kind === 'pictures' ? [block.name] : [])),
  );
  return { figures, tables, pictures: pictureFiles([...picturesOf(blocks), ...hoverPictures]) };
}

function picturesOf(blocks: readonly Block[]): readonly Thumbnail[] {
  return blocks.flatMap((block) => (block.kind === 'pictures' ? block.pictures : []));
}

function requireNames(what: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
      throw new RangeError(`${what} name ${JSON.stringify(name)} is not kebab-case`);
    if (names.indexOf(name) !== index)
      throw new RangeError(`${what} name ${name} is given twice in the page`);
  }
}

function pictureFiles(pictures: readonly Thumbnail[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const taken = new Map<string, string>();
  for (const picture of pictures) {
    const path = picturePath(picture);
    const bytes = (picture.png ?? picture.jpeg) as Uint8Array;
    // File systems of Windows and macOS do not tell `A.png` from `a.png`.
    const other = taken.get(path.toLowerCase());
    if (other !== undefined && (other !== path || files.get(path) !== bytes))
      throw new RangeError(`two pictures would share the file ${path}`);
    taken.set(path.toLowerCase(), path);
    files.set(path, bytes);
  }
  return files;
}
