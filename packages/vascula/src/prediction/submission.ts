import { join } from 'node:path';
import { encodeRle, formatSubmission, type Predictor, writeSubmissionRow } from '@vascula/core';
import { exists, requireNewFile, writeFileAtomic } from '../files/index.js';
import type { Detector, UsedRules } from '../rules/index.js';
import { type ImageFile, imageFiles } from './image-files.js';
import { readImage } from './read-image.js';

export interface SubmissionReport extends UsedRules {
  readonly path: string;
  readonly tiles: number;
  readonly detections: number;
}

/** The images of a submission: those of DIR/test where DIR is a dataset folder, else DIR's own. */
export async function submissionImages(folder: string): Promise<readonly ImageFile[]> {
  const test = join(folder, 'test');
  return imageFiles([(await exists(test)) ? test : folder]);
}

export interface SubmissionOptions {
  readonly path: string;
  readonly rules: UsedRules;
  /** Finds vessels by the rules. */
  readonly detect: Detector;
}

/**
 * Predicts each image and writes the competition's `submission.csv`: the vessels found, each with its
 * confidence. An existing file is refused.
 */
export async function writeSubmission(
  images: readonly ImageFile[],
  predict: Predictor,
  { path, rules, detect }: SubmissionOptions,
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
    const instances = await detect(image.name, probability, { width, height });
    const detections = instances.map(({ confidence, mask, box }) => ({
      confidence,
      counts: encodeRle(mask, width, height, box),
    }));
    rows.push(writeSubmissionRow(image.name, height, width, detections));
    found += detections.length;
    hooks.progress?.(rows.length, images.length);
  }
  await writeFileAtomic(path, formatSubmission(rows), { overwrite: false });
  return { path, tiles: rows.length, detections: found, ...rules };
}
