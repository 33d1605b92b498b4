import { availableParallelism } from 'node:os';
import { type Fault, IGNORED, InputError } from '@vascula/core';
import {
  commonestSize,
  type FindingSink,
  type ImageSize,
  readPicture,
  readTileImage,
  sizeFault,
  type Tile,
  type TileImage,
  tileDigest,
  tileTruth,
} from '../dataset/index.js';
import { mapConcurrent } from '../files/index.js';

/** A file to look at: a tile of the competition's layout, or an image of a pair. */
export interface CheckedFile {
  readonly path: string;
  /** Of a pair: it may have any size and format, and has a mask to look at too. */
  readonly pair?: Tile | undefined;
}

/** Pixels of masks by what they stand for. */
export interface PixelCounts {
  readonly vessel: number;
  readonly background: number;
  readonly ignored: number;
}

export interface ImagesFound {
  /** The size most readable tiles have; undefined where none could be read. */
  readonly tileSize: ImageSize | undefined;
  /** Of the masks of pairs that could be read. */
  readonly pixels: PixelCounts;
  /** Tiles whose pixels all equal an earlier tile's. */
  readonly duplicates: number;
}

export interface Watch {
  /**
   * Given each readable image while it is in memory, of pairs those whose mask is without fault; the next waits
   * until this is done with it.
   */
  readonly decoded?: ((file: string, image: TileImage) => Promise<void>) | undefined;
  /** Called after each image. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes every image once, two more at a time than there are cores (some wait for their pixels to be
 * looked at while others are decoded), keeping a hash of each.
 * Unreadable images and odd sizes are faults, of pairs also masks that cannot be used; equal pixels and a
 * dropped alpha channel are warnings.
 */
export async function checkImages(
  files: readonly CheckedFile[],
  sink: FindingSink,
  { decoded, progress, signal }: Watch,
): Promise<ImagesFound> {
  let done = 0;
  const images = await mapConcurrent(files, availableParallelism() + 2, async (file) => {
    signal?.throwIfAborted();
    const image = await inspectImage(file, decoded);
    progress?.(++done, files.length);
    return image;
  });
  const readable = images.flatMap((image) => (image instanceof InputError ? [] : [image]));
  const tileSize = commonestSize(readable);
  const pixels = { vessel: 0, background: 0, ignored: 0 };
  const firstOf = new Map<string, string>();
  let duplicates = 0;
  for (const [index, { path, pair }] of files.entries()) {
    const image = images[index];
    if (image instanceof InputError) {
      sink.fault('image', image.fault);
      continue;
    }
    if (image.mask !== undefined && 'problem' in image.mask) sink.fault('mask', image.mask);
    else if (image.mask !== undefined)
      for (const name of ['vessel', 'background', 'ignored'] as const)
        pixels[name] += image.mask[name];
    if (pair === undefined && !isSize(image, tileSize as ImageSize)) {
      sink.fault('image-size', sizeFault(path, image, tileSize as ImageSize));
    }
    if (image.alphaDropped) {
      sink.warning('alpha-dropped', { path, problem: 'an opaque alpha channel is dropped' });
    }
    const earlier = firstOf.get(image.hash);
    if (earlier === undefined) firstOf.set(image.hash, path);
    else {
      duplicates++;
      sink.warning('duplicate-tile', { path, problem: `has exactly the pixels of ${earlier}` });
    }
  }
  return { tileSize, pixels, duplicates };
}

function isSize({ width, height }: ImageSize, size: ImageSize): boolean {
  return width === size.width && height === size.height;
}

interface InspectedImage extends ImageSize {
  readonly alphaDropped: boolean;
  /** Of size and pixels. */
  readonly hash: string;
  /** Of a pair. */
  readonly mask?: PixelCounts | Fault | undefined;
}

async function inspectImage(
  { path, pair }: CheckedFile,
  decoded: Watch['decoded'],
): Promise<InspectedImage | InputError> {
  let image: TileImage;
  try {
    image = await (pair === undefined ? readTileImage : readPicture)(path);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  const mask = pair && (await inspectMask(pair, image));
  if (mask === undefined || !('problem' in mask)) await decoded?.(path, image);
  const { width, height, alphaDropped } = image;
  return { width, height, alphaDropped, hash: tileDigest(image), mask };
}

async function inspectMask(pair: Tile, size: ImageSize): Promise<PixelCounts | Fault> {
  try {
    const truth = await tileTruth(pair, size);
    const count = (wanted: number) =>
      truth.reduce((sum, value) => sum + Number(value === wanted), 0);
    return { vessel: count(1), background: count(0), ignored: count(IGNORED) };
  } catch (error) {
    if (error instanceof InputError) return error.fault;
    throw error;
  }
}
