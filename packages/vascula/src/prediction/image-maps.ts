import type { Tiling } from '@vascula/core';
import type { RgbImage } from '../dataset/index.js';
import type { ImageFile } from './image-files.js';
import { readImage } from './read-image.js';
import type { RunPredictor } from './run-predictor.js';

/** An image that was predicted. */
export interface ImageMap {
  readonly file: ImageFile;
  readonly width: number;
  readonly height: number;
  /** height*width, 0 to 1. */
  readonly probability: Float32Array;
  /** How it was cut for the prediction; null: not at all. */
  readonly tiling: Tiling | null;
  /** Of tiles stitched together, which are in no file: the image itself. */
  readonly mosaic?: RgbImage;
}

/** Reads and predicts one image after the other. */
export async function* imageMaps(
  files: readonly ImageFile[],
  { predict, tilingOf }: Pick<RunPredictor, 'predict' | 'tilingOf'>,
  signal: AbortSignal,
): AsyncGenerator<ImageMap> {
  for (const file of files) {
    signal.throwIfAborted();
    const image = await readImage(file.path);
    const { width, height } = image;
    const tiling = tilingOf(image);
    yield { file, width, height, probability: await predict(image), tiling };
  }
}
