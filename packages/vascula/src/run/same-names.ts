import type { RunData } from './data-schema.js';

type Data = Pick<RunData, 'folder'> & { readonly pairs?: unknown };

/**
 * Whether a tile's name means the same tile in both. The competition's ids are its tiles' own, wherever they
 * lie; images with masks are named after their files, which says something within one folder only.
 */
export function sameNames(a: Data, b: Data): boolean {
  if (a.pairs === undefined && b.pairs === undefined) return true;
  return a.pairs !== undefined && b.pairs !== undefined && a.folder === b.folder;
}
