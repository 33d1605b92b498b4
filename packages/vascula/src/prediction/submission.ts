import { join } from 'node:path';
import {
  detectInstances,
  encodeRle,
  formatSubmission,
  type Predictor,
  writeSubmissionRow,
} from '@vascula/core';
import { exists, requireNewFile, writeFileAtomic } from '../files/index.js';
import { type ImageFile, imageFiles } from './image-files.js';
import { readImage } from './read-image.js';

export interface SubmissionReport {
  readonly path: string;
  readonly tiles: number;
  readonly detections: number;
  readonly cutoff: number;
}

/** The images of a submission: those of DIR/test where DIR is a dataset folder, else DIR's own. */
export async function submissionImages(folder: string): Promise<readonly ImageFile[]> {
  const test = join(folder, 'test');
  return imageFiles([(await exists(test)) ? test : folder]);
}

/**
 * Predicts each image and writes the competition's `submission.csv`: connected components above the
 * cutoff, each with the mean probability of its pixels as confidence. An existing file is refused.
 */
export async function writeSubmission(
  images: readonly ImageFile[],
  predict: Predictor,
  { path, cutoff }: { readonly path: string; readonly cutoff: number },
  hooks: { progress?(done: number, total: number): void; signal: AbortSignal },
): Promise<SubmissionReport> {
  await requireNewFile(path);
  const rows: string[] = [];
  let found = 0;
  for (const image of images) {
    hooks.signal.throwIfAborted();
    const pixels = await readImage(image.path);
    const { width, height } = pixels;
    const probability = await predict(pixels);
    const instances = detectInstances(probability, width, height, { cutoff, connectivity: 8 });
    const detections = instances.map(({ confidence, mask, box }) => ({
      confidence,
      counts: encodeRle(mask, width, height, box),
    }));
    rows.push(writeSubmissionRow(image.name, height, width, detections));
    found += detections.length;
    hooks.progress?.(rows.length, images.length);
  }
  await writeFileAtomic(path, formatSubmission(rows), { overwrite: false });
  return { path, tiles: rows.length, detections: found, cutoff };
}
