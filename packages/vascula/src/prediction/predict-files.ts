import { type Tiling, unionMask } from '@vascula/core';
import { claimEmptyFolder } from '../files/index.js';
import type { Detector, UsedRules } from '../rules/index.js';
import { CocoFiles } from './coco-files.js';
import type { PredictionFormat } from './formats.js';
import type { ImageMap } from './image-maps.js';
import type { PredictionRecord } from './run-predictor.js';
import {
  type Prediction,
  type PredictionFiles,
  type PredictionOutput,
  writeMosaic,
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
  /** How it was cut for the prediction; null: not at all. */
  readonly tiling: Tiling | null;
}

export interface PredictionReport extends UsedRules {
  readonly prediction: PredictionRecord;
  readonly images: readonly PredictedImage[];
  /** Files of all images together: COCO's dataset, and the same instances as its result file. */
  readonly coco?: { readonly dataset: string; readonly results: string };
}

/**
 * Writes what is found in each predicted image into a folder that is new or empty. COCO's files hold what is in
 * files: tiles, and not again the images they were stitched to.
 */
export async function predictFiles(
  maps: AsyncIterable<ImageMap>,
  options: PredictionOptions,
  hooks: { progress?(done: number): void; record(): PredictionRecord },
): Promise<PredictionReport> {
  const { rules, formats, folder, className } = options;
  await claimEmptyFolder(folder);
  const images: PredictedImage[] = [];
  const coco = formats.includes('coco') ? new CocoFiles() : undefined;
  for await (const map of maps) {
    const prediction = await detected(map, options.detect);
    const { file, width, height, mask, detections } = prediction;
    let written: PredictionFiles = {};
    for (const format of formats)
      if (format !== 'coco')
        written = { ...written, ...(await writers[format](prediction, options)) };
    if (map.mosaic !== undefined)
      written = { ...written, ...(await writeMosaic(file.name, map.mosaic, folder)) };
    else coco?.add(prediction);
    const vesselShare = mask.reduce((sum, m) => sum + m, 0) / mask.length;
    const vessels = detections.length;
    const { tiling } = map;
    images.push({ image: file.path, width, height, vessels, vesselShare, tiling, ...written });
    hooks.progress?.(images.length);
  }
  return {
    ...rules,
    prediction: hooks.record(),
    images,
    coco: await coco?.write(folder, className),
  };
}

async function detected(
  { file, width, height, probability }: ImageMap,
  detect: Detector,
): Promise<Prediction> {
  const detections = await detect(file.name, probability, { width, height });
  const mask = unionMask(detections, width, height);
  return { file, width, height, probability, mask, detections };
}
