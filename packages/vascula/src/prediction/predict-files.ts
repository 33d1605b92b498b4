import { join } from 'node:path';
import type { Predictor } from '@vascula/core';
import { detectInstances, threshold } from '@vascula/core';
import sharp from 'sharp';
import { writeFileAtomic } from '../files/index.js';
import type { ImageFile } from './image-files.js';
import { readImage } from './read-image.js';

/** What was found in an image. */
export interface PredictedImage {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  /** Connected components (8 neighbours) above the cutoff. */
  readonly vessels: number;
  /** Share of the pixels above the cutoff. */
  readonly vesselShare: number;
  /** Grey PNG: 255 times the probability. */
  readonly probability: string;
  /** Grey PNG: 255 where the probability is above the cutoff, else 0. */
  readonly mask: string;
}

/** Predicts one image and writes `NAME.probability.png` and `NAME.mask.png` into the folder. */
export async function predictFile(
  file: ImageFile,
  predict: Predictor,
  folder: string,
  cutoff: number,
): Promise<PredictedImage> {
  const image = await readImage(file.path);
  const { width, height } = image;
  const probability = await predict(image);
  const mask = threshold(probability, cutoff);
  const paths = {
    probability: join(folder, `${file.name}.probability.png`),
    mask: join(folder, `${file.name}.mask.png`),
  };
  const grey = (values: Uint8Array) =>
    sharp(values, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
  await writeFileAtomic(
    paths.probability,
    await grey(Uint8Array.from(probability, (p) => Math.round(255 * p))),
  );
  await writeFileAtomic(paths.mask, await grey(mask.map((m) => 255 * m)));
  const vessels = detectInstances(probability, width, height, { cutoff, connectivity: 8 }).length;
  const vesselShare = mask.reduce((sum, m) => sum + m, 0) / mask.length;
  return { image: file.path, width, height, vessels, vesselShare, ...paths };
}
