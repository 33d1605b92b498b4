import { basename, join } from 'node:path';
import { type Fault, InputError, naturalOrder } from '@vascula/core';
import { faultOfPath, mapConcurrent } from '../files/index.js';
import { tileId } from './cells.js';
import type { DatasetIndex, Tile } from './dataset.js';
import type { FindingSink } from './findings.js';
import type { MaskValues } from './mask-values.js';
import { doubtfulPairs, idOfFile, matchingFiles } from './pair-names.js';
import { readPictureHeader } from './picture.js';
import type { ImageSize } from './tile-image.js';

/** Which files of a folder are images, and which their masks. Patterns are relative to the folder. */
export interface PairsOptions {
  readonly images: string;
  readonly masks: string;
  /** Fields of view: what is 0 in them does not count. */
  readonly roi?: string | undefined;
  /** What the masks' values stand for; see `truthOfMask`. */
  readonly labels?: MaskValues | undefined;
  /**
   * A regular expression over an image's file name whose one group says what the image belongs to, such
   * as a patient: images of one are a slide. Unless told each is by itself.
   */
  readonly group?: string | undefined;
}

/** A tile's labels as a mask of its size. */
export interface MaskLabels {
  readonly mask: string;
  readonly roi?: string | undefined;
  readonly values?: MaskValues | undefined;
  /** A mask has no outlines. */
  readonly polygons: readonly [];
}

interface PairFiles {
  readonly image: string;
  readonly mask: string;
  readonly roi?: string | undefined;
}

/** Names told of files left over. */
const NAMED = 3;

/** Headers read at a time. */
const AT_ONCE = 16;

/**
 * Reads which images and masks of a folder belong together, and what they claim to measure; no pixel is
 * decoded. Files of each pattern are sorted and paired by position.
 *
 * Faults to `sink`: a pattern without files, unequal numbers, names that make no id or one twice, files that
 * are no images, a mask or field of view of another size, a grouping that does not fit. Warnings:
 * numbers in paired names that differ, JPEG masks. Undefined where there are no pairs to speak of.
 */
export async function indexPairs(
  folder: string,
  options: PairsOptions,
  sink: FindingSink,
): Promise<DatasetIndex | undefined> {
  const absent = await faultOfPath(folder, 'folder');
  if (absent !== undefined) {
    sink.fault('missing', absent);
    return undefined;
  }
  const pairs = await pairFiles(folder, options, sink);
  if (pairs === undefined) return undefined;
  warnOfNames(pairs, sink);
  const ids = idsOf(pairs, sink);
  const groups = groupsOf(pairs, options.group, sink);
  if (groups === undefined) return undefined;
  const sizes = await mapConcurrent(pairs, AT_ONCE, measurePair);
  const found = pairs.flatMap((pair, at) => {
    const size = sizes[at] as ImageSize | PairFault;
    if ('fault' in size) {
      sink.fault(size.kind, size.fault);
      return [];
    }
    const id = ids[at];
    return id === undefined ? [] : [{ pair, id, size, source: groups[at] as number }];
  });
  const side = Math.max(0, ...found.map(({ size }) => Math.max(size.width, size.height)));
  const before = new Map<number, number>();
  const tiles = found.map(({ pair: { image, mask, roi }, id, size, source }): Tile => {
    const earlier = before.get(source) ?? 0;
    before.set(source, earlier + 1);
    return {
      id,
      source,
      dataset: 1,
      // Images of a group lie apart: none is another's neighbour.
      i: 2 * side * earlier,
      j: 0,
      file: image,
      size,
      labels: { mask, roi, values: options.labels, polygons: [] },
    };
  });
  return {
    folder,
    tiles,
    slides: new Map(),
    trainFiles: new Map(tiles.map(({ id, file }) => [id, file as string])),
    testFiles: new Map(),
    pairs: true,
  };
}

/** Smallest and largest extent of tiles of several sizes; undefined without tiles. */
export function sizeRange(
  tiles: readonly Tile[],
): { readonly least: ImageSize; readonly most: ImageSize } | undefined {
  const sizes = tiles.flatMap(({ size }) => size ?? []);
  if (sizes.length === 0) return undefined;
  const widths = sizes.map(({ width }) => width);
  const heights = sizes.map(({ height }) => height);
  return {
    least: { width: Math.min(...widths), height: Math.min(...heights) },
    most: { width: Math.max(...widths), height: Math.max(...heights) },
  };
}

async function pairFiles(
  folder: string,
  { images, masks, roi }: PairsOptions,
  sink: FindingSink,
): Promise<readonly PairFiles[] | undefined> {
  const patterns = [images, masks, ...(roi === undefined ? [] : [roi])];
  const flags = ['--images', '--masks', '--roi'];
  const lists = await Promise.all(patterns.map((pattern) => matchingFiles(folder, pattern)));
  const empty = lists.findIndex((list) => list.length === 0);
  if (empty >= 0) {
    sink.fault('pairs', {
      path: join(folder, patterns[empty] as string),
      problem: `no file matches ${flags[empty]}`,
      expected: "a pattern relative to the folder, such as 'images/*.png', in quotes",
    });
    return undefined;
  }
  const [imageFiles, ...others] = lists as [readonly string[], ...(readonly string[])[]];
  for (const [k, list] of others.entries()) {
    if (list.length === imageFiles.length) continue;
    sink.fault('pairs', {
      path: folder,
      problem: `${imageFiles.length} files match --images and ${list.length} match ${flags[k + 1]}`,
      expected: 'as many, since they are paired by their order',
      hint: firstUnmatched(imageFiles, list),
    });
    return undefined;
  }
  return imageFiles.map((image, at) => ({
    image,
    mask: others[0]?.[at] as string,
    ...(roi !== undefined && { roi: others[1]?.[at] as string }),
  }));
}

/** Where two lists of unequal length part, as far as names say so. */
function firstUnmatched(first: readonly string[], second: readonly string[]): string {
  const [at] = doubtfulPairs(first, second);
  if (at !== undefined)
    return `They part at number ${at + 1}: ${basename(first[at] as string)} beside ${basename(second[at] as string)}.`;
  const least = Math.min(first.length, second.length);
  const left = [...first.slice(least), ...second.slice(least)].map((path) => basename(path));
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  return `Without a partner: ${left.slice(0, NAMED).join(', ')}${more}.`;
}

function warnOfNames(pairs: readonly PairFiles[], sink: FindingSink): void {
  const images = pairs.map(({ image }) => image);
  for (const part of ['mask', 'roi'] as const) {
    const partners = pairs.flatMap((pair) => pair[part] ?? []);
    if (partners.length === 0) continue;
    for (const at of doubtfulPairs(images, partners))
      sink.warning('pairing', {
        path: images[at] as string,
        problem: `is paired with ${partners[at]}, whose name has other numbers`,
        hint: 'Files are paired by their order: is one missing, or one too many?',
      });
    for (const path of partners)
      if (/\.jpe?g$/i.test(path))
        sink.warning('jpeg-mask', {
          path,
          problem: 'a mask as JPEG: the format changes values at every edge',
          hint: 'Save it as PNG from its original.',
        });
  }
}

/** An id for each pair, undefined where its name makes none (reported). */
function idsOf(pairs: readonly PairFiles[], sink: FindingSink): (string | undefined)[] {
  const taken = new Map<string, string>();
  return pairs.map(({ image }) => {
    const id = idOfFile(image);
    const result = tileId.safeParse(id);
    // Results are files named after it, and some systems do not tell A from a.
    const earlier = taken.get(id.toLowerCase());
    if (result.success && earlier === undefined) {
      taken.set(id.toLowerCase(), image);
      return id;
    }
    sink.fault('duplicate-id', {
      path: image,
      problem: result.success
        ? `would be called ${id} like ${earlier}`
        : 'has a name that makes no name for results',
      expected: result.success
        ? 'names that differ without folders and endings'
        : 'a name of up to 100 characters with a letter or digit',
      hint: 'Rename one of them: results are named after images.',
    });
    return undefined;
  });
}

/** A slide number for each pair, from 1; undefined (reported) where the pattern does not fit. */
function groupsOf(
  pairs: readonly PairFiles[],
  group: string | undefined,
  sink: FindingSink,
): readonly number[] | undefined {
  if (group === undefined) return pairs.map((_, at) => at + 1);
  const pattern = new RegExp(group);
  const names = pairs.map(({ image }) => pattern.exec(basename(image))?.[1]);
  const odd = names.indexOf(undefined);
  if (odd >= 0) {
    sink.fault('pairs', {
      path: pairs[odd]?.image as string,
      problem: `does not match --group ${group}`,
      expected: 'every image in a group',
    });
    return undefined;
  }
  const order = [...new Set(names as string[])].sort(naturalOrder);
  return names.map((name) => order.indexOf(name as string) + 1);
}

interface PairFault {
  readonly kind: 'image' | 'image-size';
  readonly fault: Fault;
}

/** The size of an image, or why the pair cannot be used. */
async function measurePair({ image, mask, roi }: PairFiles): Promise<ImageSize | PairFault> {
  try {
    const { width, height } = await readPictureHeader(image);
    for (const path of [mask, ...(roi === undefined ? [] : [roi])]) {
      const found = await readPictureHeader(path);
      if (found.width !== width || found.height !== height)
        return {
          kind: 'image-size',
          fault: {
            path,
            problem: `${found.width} x ${found.height} pixels, and ${image} has ${width} x ${height}`,
            expected: 'the size of its image',
          },
        };
    }
    return { width, height };
  } catch (error) {
    if (error instanceof InputError) return { kind: 'image', fault: error.fault };
    throw error;
  }
}
