import type { Detection } from '../instances/index.js';
import { encodeRle } from './rle.js';
import { rleToString } from './rle-string.js';

/** An image of a COCO dataset. */
export interface CocoImage {
  /** From 1. */
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly file_name: string;
}

/** An instance of a COCO dataset, with the confidence of its prediction. */
export interface CocoAnnotation {
  /** From 1, over all images: `cocoeval` takes 0 for no match. */
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly segmentation: CocoSegmentation;
  /** Pixels. */
  readonly area: number;
  /** [x, y, width, height]: upper-left corner and size in pixels, the first pixel from 0 to 1. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  readonly iscrowd: 0;
  readonly score: number;
}

/** The run lengths of `encodeRle` as COCO's compressed string, and the size of the whole image. */
export interface CocoSegmentation {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

/** An instance of a COCO result file. */
export type CocoResult = Pick<
  CocoAnnotation,
  'image_id' | 'category_id' | 'segmentation' | 'score'
>;

export interface CocoDataset {
  readonly info: { readonly description: string };
  readonly licenses: readonly never[];
  readonly categories: readonly {
    readonly id: number;
    readonly name: string;
    readonly supercategory: string;
  }[];
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoAnnotation[];
}

/** The one category of `cocoDataset`. */
const CATEGORY = 1;

/**
 * The instances of an image as COCO annotations, in the order given.
 *
 * Each is run lengths, none polygons: COCO's polygons cannot hold holes, and every reader of the COCO API
 * takes run lengths of single objects as well (`annToRLE`).
 *
 * @param firstId id of the first of them
 */
export function cocoAnnotations(
  detections: readonly Detection[],
  { id, width, height }: CocoImage,
  firstId: number,
): CocoAnnotation[] {
  return detections.map(({ mask, box, area, confidence }, k) => ({
    id: firstId + k,
    image_id: id,
    category_id: CATEGORY,
    segmentation: {
      size: [height, width],
      counts: rleToString(encodeRle(mask, width, height, box)),
    },
    area,
    bbox: [box.x, box.y, box.width, box.height],
    iscrowd: 0,
    score: confidence,
  }));
}

/** A COCO dataset of one category: what labelling tools open, and `COCO(path)` of pycocotools. */
export function cocoDataset(
  images: readonly CocoImage[],
  annotations: readonly CocoAnnotation[],
  { description, category }: { readonly description: string; readonly category: string },
): CocoDataset {
  return {
    info: { description },
    licenses: [],
    categories: [{ id: CATEGORY, name: category, supercategory: category }],
    images,
    annotations,
  };
}

/**
 * The same instances as COCO's result file, which `loadRes` of pycocotools takes. Without boxes: where it
 * finds them it takes the box's area for the instance's, and it makes boxes of the masks where it does not.
 */
export function cocoResults(annotations: readonly CocoAnnotation[]): CocoResult[] {
  return annotations.map(({ image_id, category_id, segmentation, score }) => ({
    image_id,
    category_id,
    segmentation,
    score,
  }));
}
