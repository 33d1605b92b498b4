import { availableParallelism } from 'node:os';
import { InputError } from '@vascula/core';
import {
  commonestSize,
  type FindingSink,
  type ImageSize,
  readTileImage,
  sizeFault,
  type TileImage,
  tileDigest,
} from '../dataset/index.js';
import { mapConcurrent } from '../files/index.js';

export interface ImagesFound {
  /** The size most readable tiles have; undefined where none could be read. */
  readonly tileSize: ImageSize | undefined;
  /** Tiles whose pixels all equal an earlier tile's. */
  readonly duplicates: number;
}

export interface Watch {
  /** Given each readable image while it is in memory; the next waits until this is done with it. */
  readonly decoded?: ((file: string, image: TileImage) => Promise<void>) | undefined;
  /** Called after each image. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes every image once, two more at a time than there are cores (some wait for their pixels to be
 * looked at while others are decoded), keeping a hash of each.
 * Unreadable images and odd sizes are faults; equal pixels and a dropped alpha channel are warnings.
 */
export async function checkImages(
  files: readonly string[],
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
  const firstOf = new Map<string, string>();
  let duplicates = 0;
  for (const [index, path] of files.entries()) {
    const image = images[index];
    if (image instanceof InputError) {
      sink.fault('image', image.fault);
      continue;
    }
    if (image.width !== tileSize?.width || image.height !== tileSize.height) {
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
  return { tileSize, duplicates };
}

interface InspectedImage extends ImageSize {
  readonly alphaDropped: boolean;
  /** Of size and pixels. */
  readonly hash: string;
}

async function inspectImage(
  file: string,
  decoded: Watch['decoded'],
): Promise<InspectedImage | InputError> {
  let image: TileImage;
  try {
    image = await readTileImage(file);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  await decoded?.(file, image);
  const { width, height, alphaDropped } = image;
  return { width, height, alphaDropped, hash: tileDigest(image) };
}
