import { join } from 'node:path';
import { encodeRle, formatSubmission, writeSubmissionRow } from '@vascula/core';
import { exists, requireNewFile, writeFileAtomic } from '../files/index.js';
import type { Detector, UsedRules } from '../rules/index.js';
import { type ImageFile, imageFiles } from './image-files.js';
import type { ImageMap } from './image-maps.js';
import type { PredictionRecord } from './run-predictor.js';

export interface SubmissionReport extends UsedRules {
  readonly path: string;
  readonly tiles: number;
  readonly detections: number;
  readonly prediction: PredictionRecord;
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
 * Writes the competition's `submission.csv` of predicted images: the vessels found, each with its confidence, a
 * row a file by its name. What files were stitched to has no row. An existing file is refused.
 */
export async function writeSubmission(
  maps: AsyncIterable<ImageMap>,
  { path, rules, detect }: SubmissionOptions,
  hooks: { progress?(done: number): void; record(): PredictionRecord },
): Promise<SubmissionReport> {
  await requireNewFile(path);
  const rows = new Map<string, string>();
  let found = 0;
  for await (const { file, width, height, probability, mosaic } of maps) {
    if (mosaic !== undefined) continue;
    const instances = await detect(file.name, probability, { width, height });
    const detections = instances.map(({ confidence, mask, box }) => ({
      confidence,
      counts: encodeRle(mask, width, height, box),
    }));
    rows.set(file.name, writeSubmissionRow(file.name, height, width, detections));
    found += detections.length;
    hooks.progress?.(rows.size);
  }
  const byName = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await writeFileAtomic(path, formatSubmission(byName), { overwrite: false });
  const prediction = hooks.record();
  return { path, tiles: rows.size, detections: found, prediction, ...rules };
}
