import { basename, join } from 'node:path';
import {
  type CocoAnnotation,
  type CocoImage,
  cocoAnnotations,
  cocoDataset,
  cocoResults,
} from '@vascula/core';
import { writeFileAtomic } from '../files/index.js';
import type { Prediction } from './write-prediction.js';

/** COCO's files, which hold all images together: gathered image by image, written at the end. */
export class CocoFiles {
  readonly #images: CocoImage[] = [];
  readonly #annotations: CocoAnnotation[] = [];

  add({ file, width, height, detections }: Prediction): void {
    const image = {
      id: this.#images.length + 1,
      width,
      height,
      file_name: basename(file.path),
    };
    this.#images.push(image);
    const firstId = this.#annotations.length + 1;
    for (const annotation of cocoAnnotations(detections, image, firstId))
      this.#annotations.push(annotation);
  }

  /** Writes the dataset and the results; no image's own file can be named as they are. */
  async write(folder: string, category: string): Promise<{ dataset: string; results: string }> {
    const paths = {
      dataset: join(folder, 'instances.json'),
      results: join(folder, 'detections.json'),
    };
    const about = { description: 'Vessels predicted by vascula', category };
    const dataset = cocoDataset(this.#images, this.#annotations, about);
    await writeFileAtomic(paths.dataset, `${JSON.stringify(dataset)}\n`);
    await writeFileAtomic(paths.results, `${JSON.stringify(cocoResults(this.#annotations))}\n`);
    return paths;
  }
}
