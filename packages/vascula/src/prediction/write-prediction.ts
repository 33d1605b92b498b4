import { join } from 'node:path';
import {
  type Detection,
  formatGeoJson,
  InputError,
  labelColours,
  labelImage,
  type Point,
} from '@vascula/core';
import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from '../dataset/index.js';
import { writeFileAtomic } from '../files/index.js';
import type { PredictionFormat } from './formats.js';
import type { ImageFile } from './image-files.js';

/** What is known of an image once it is predicted. */
export interface Prediction {
  readonly file: ImageFile;
  readonly width: number;
  readonly height: number;
  /** height*width, 0 to 1. */
  readonly probability: Float32Array;
  readonly detections: readonly Detection[];
  /** height*width, 0 and 1: the pixels of all of them. */
  readonly mask: Uint8Array;
}

/** Files written of an image, by what they hold. */
export interface PredictionFiles {
  /** Grey PNG: 255 times the probability. */
  readonly probability?: string;
  /** Grey PNG: 255 for the pixels of vessels, else 0. */
  readonly mask?: string;
  /** GeoJSON: the outline of each vessel (`formatGeoJson`). */
  readonly geojson?: string;
  /** 16-bit grey PNG: n for the pixels of the n-th vessel, 0 for background. */
  readonly labels?: string;
  /** Colour PNG: tiles stitched to one image. */
  readonly mosaic?: string;
}

/** Where predictions go, and what outlines are given besides them. */
export interface PredictionOutput {
  readonly folder: string;
  /** What the one class there is is called (`className`). */
  readonly className: string;
  /** Where images lie in their slides, by name: [0, 0] for one that is not there. */
  readonly offsets?: ReadonlyMap<string, Point>;
  /** Side of a pixel in µm. */
  readonly pixelSize?: number;
}

type Writer = (prediction: Prediction, options: PredictionOutput) => Promise<PredictionFiles>;

/**
 * The name of the one class there is, in every format that names classes. What the masks of images stand for is known
 * to who made them only.
 */
export function className({ pairs }: { readonly pairs?: unknown }): 'blood_vessel' | 'foreground' {
  return pairs === undefined ? 'blood_vessel' : 'foreground';
}

/** The formats that are files of each image, named after it. */
export const writers: Readonly<Record<Exclude<PredictionFormat, 'coco'>, Writer>> = {
  async png({ file, width, height, probability, mask }, { folder }) {
    const paths = {
      probability: join(folder, `${file.name}.probability.png`),
      mask: join(folder, `${file.name}.mask.png`),
    };
    const grey = (values: Uint8Array) =>
      greyPng(sharp(values, { raw: { width, height, channels: 1 } }), 'b-w');
    // Not Uint8Array.from, which gathers all values as numbers of eight bytes first.
    const shades = new Uint8Array(probability.length);
    for (let p = 0; p < shades.length; p++) shades[p] = Math.round(255 * probability[p]);
    await writeFileAtomic(paths.probability, await grey(shades));
    await writeFileAtomic(paths.mask, await grey(mask.map((m) => 255 * m)));
    return paths;
  },

  async geojson({ file, detections }, { folder, className, offsets, pixelSize }) {
    const path = join(folder, `${file.name}.geojson`);
    const text = formatGeoJson(detections, {
      classification: { name: className, color: labelColours.vessel },
      offset: offsets?.get(file.name),
      pixelSize,
    });
    await writeFileAtomic(path, text);
    return { geojson: path };
  },

  async labels({ file, width, height, detections }, { folder }) {
    const path = join(folder, `${file.name}.labels.png`);
    const labels = labelsOf(file, detections, width, height);
    const image = sharp(labels, { raw: { width, height, channels: 1 } });
    await writeFileAtomic(path, await greyPng(image, 'grey16'));
    return { labels: path };
  },
};

/** Writes an image that was stitched of tiles. */
export async function writeMosaic(
  name: string,
  { data, width, height }: RgbImage,
  folder: string,
): Promise<PredictionFiles> {
  const path = join(folder, `${name}.png`);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  await writeFileAtomic(path, await image.png().toBuffer());
  return { mosaic: path };
}

function greyPng(image: Sharp, space: 'b-w' | 'grey16'): Promise<Buffer> {
  return image.toColourspace(space).png().toBuffer();
}

function labelsOf(
  { path }: ImageFile,
  detections: readonly Detection[],
  width: number,
  height: number,
): Uint16Array {
  try {
    return labelImage(detections, width, height);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ path, ...error.fault }, { cause: error });
  }
}
