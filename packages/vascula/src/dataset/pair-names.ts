import { basename, extname, join } from 'node:path';
import { naturalOrder } from '@vascula/core';
import { glob } from 'tinyglobby';

/**
 * Files that a pattern matches in a folder (`*`, `**`, `?`, `[…]`, `{a,b}`; names that begin with a dot
 * only where the pattern has one), in natural order: `2.png` before `10.png`. Endings count only where names
 * are the same without, or `a-1.png` would come before `a.png`.
 */
export async function matchingFiles(folder: string, pattern: string): Promise<readonly string[]> {
  const found = await glob(pattern, { cwd: folder, expandDirectories: false });
  return found
    .toSorted((a, b) => naturalOrder(withoutEnding(a), withoutEnding(b)) || naturalOrder(a, b))
    .map((path) => join(folder, path));
}

/** A name that serves as an id: what an id may not hold becomes `_`. Empty where nothing is left. */
export function idOfFile(path: string): string {
  return withoutEnding(basename(path))
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '');
}

/** What a grouping of images by name has to be, where it is not that. */
export function groupFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    // With an alternative of nothing it matches anything, and says how many groups it has.
    const groups = (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1;
    return groups === 1 ? undefined : `a regular expression with one group, not ${groups}`;
  } catch (error) {
    return `a regular expression (${String(error instanceof Error ? error.message : error)})`;
  }
}

function withoutEnding(path: string): string {
  return path.slice(0, path.length - extname(path).length);
}

/**
 * Pairs of which the numbers in the names say that they do not belong together, by position.
 *
 * Of `21_training` and `21_manual1` only the first numbers differ from file to file: those are compared.
 * Names that do not all hold equally many numbers are compared by whether they share one.
 */
export function doubtfulPairs(
  first: readonly string[],
  second: readonly string[],
): readonly number[] {
  const [left, right] = [tellingNumbers(first), tellingNumbers(second)];
  const places = [...first.keys()].slice(0, second.length);
  if (left !== undefined && right !== undefined && left[0]?.length === right[0]?.length)
    return places.filter((at) => left[at]?.join() !== right[at]?.join());
  return places.filter((at) => {
    const [a, b] = [numbersOf(first[at] as string), numbersOf(second[at] as string)];
    return a.length > 0 && b.length > 0 && !a.some((number) => b.includes(number));
  });
}

function numbersOf(path: string): string[] {
  return (withoutEnding(basename(path)).match(/\d+/g) ?? []).map((digits) =>
    digits.replace(/^0+(?=\d)/, ''),
  );
}

/** Of each name the numbers in which the names differ; undefined where they hold not equally many. */
function tellingNumbers(paths: readonly string[]): readonly string[][] | undefined {
  const all = paths.map(numbersOf);
  const [first] = all;
  if (first === undefined || all.some((numbers) => numbers.length !== first.length))
    return undefined;
  const telling = [...first.keys()].filter((k) => all.some((numbers) => numbers[k] !== first[k]));
  return all.map((numbers) => telling.map((k) => numbers[k] as string));
}
