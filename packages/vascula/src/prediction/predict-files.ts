import { type Predictor, unionMask } from '@vascula/core';
import { claimEmptyFolder } from '../files/index.js';
import type { Detector, UsedRules } from '../rules/index.js';
import { CocoFiles } from './coco-files.js';
import type { PredictionFormat } from './formats.js';
import type { ImageFile } from './image-files.js';
import { readImage } from './read-image.js';
import {
  type Prediction,
  type PredictionFiles,
  type PredictionOutput,
  writers,
} from './write-prediction.js';

export interface PredictionOptions extends PredictionOutput {
  readonly rules: UsedRules;
  /** Finds vessels by the rules. */
  readonly detect: Detector;
  readonly formats: readonly PredictionFormat[];
}

/** What was found in an image, and the files of it that were written. */
export interface PredictedImage extends PredictionFiles {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly vessels: number;
  /** Share of the pixels that are of vessels. */
  readonly vesselShare: number;
}

export interface PredictionReport extends UsedRules {
  readonly images: readonly PredictedImage[];
  /** Files of all images together: COCO's dataset, and the same instances as its result file. */
  readonly coco?: { readonly dataset: string; readonly results: string };
}

/** Predicts images and writes what was found into a folder that is new or empty. */
export async function predictFiles(
  files: readonly ImageFile[],
  predict: Predictor,
  options: PredictionOptions,
  hooks: { progress?(done: number): void; signal: AbortSignal },
): Promise<PredictionReport> {
  const { rules, formats, folder } = options;
  await claimEmptyFolder(folder);
  const images: PredictedImage[] = [];
  const coco = formats.includes('coco') ? new CocoFiles() : undefined;
  for (const file of files) {
    hooks.signal.throwIfAborted();
    const prediction = await predictFile(file, predict, options.detect);
    const { width, height, mask, detections } = prediction;
    let written: PredictionFiles = {};
    for (const format of formats)
      if (format !== 'coco')
        written = { ...written, ...(await writers[format](prediction, options)) };
    coco?.add(prediction);
    const vesselShare = mask.reduce((sum, m) => sum + m, 0) / mask.length;
    const vessels = detections.length;
    images.push({ image: file.path, width, height, vessels, vesselShare, ...written });
    hooks.progress?.(images.length);
  }
  return { ...rules, images, coco: await coco?.write(folder) };
}

async function predictFile(
  file: ImageFile,
  predict: Predictor,
  detect: Detector,
): Promise<Prediction> {
  const image = await readImage(file.path);
  const { width, height } = image;
  const probability = await predict(image);
  const detections = await detect(file.name, probability, { width, height });
  const mask = unionMask(detections, width, height);
  return { file, width, height, probability, mask, detections };
}
