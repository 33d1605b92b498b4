import {
  cocoAnnotations,
  type Detection,
  encodeRle,
  formatGeoJson,
  instanceOfRle,
  labelImage,
  parseGeoJson,
  rasteriseRings,
  ringsOf,
  rleFromString,
  traceOutlines,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Scene {
  readonly width: number;
  readonly height: number;
  /** They may overlap. */
  readonly detections: readonly Detection[];
}

/** Rectangles that lose rectangles and single pixels: holes, bays, parts that touch at a corner. */
const scene: fc.Arbitrary<Scene> = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }))
  .chain(([width, height]) => {
    const rectangle = fc
      .tuple(fc.nat(width - 1), fc.nat(width - 1), fc.nat(height - 1), fc.nat(height - 1))
      .map(([x0, x1, y0, y1]) => (x: number, y: number) => {
        const across = x >= Math.min(x0, x1) && x <= Math.max(x0, x1);
        return across && y >= Math.min(y0, y1) && y <= Math.max(y0, y1);
      });
    const pixel = fc.tuple(fc.nat(width - 1), fc.nat(height - 1)).map(
      ([px, py]) =>
        (x: number, y: number) =>
          x === px && y === py,
    );
    const lost = fc.array(fc.oneof(rectangle, pixel, pixel, pixel), { maxLength: 8 });
    const mask = fc.tuple(rectangle, lost).map(([whole, lost]) =>
      Uint8Array.from({ length: width * height }, (_, at) => {
        const [x, y] = [at % width, Math.floor(at / width)];
        return whole(x, y) && !lost.some((covers) => covers(x, y)) ? 1 : 0;
      }),
    );
    return fc.array(mask, { maxLength: 5 }).map((masks) => ({
      width,
      height,
      detections: masks
        .filter((one) => one.includes(1))
        .map((one, k) => ({
          ...instanceOfRle(encodeRle(one, width, height), width, height),
          confidence: (k + 1) / 8,
        })),
    }));
  });

const style = { classification: { name: 'blood_vessel', color: [200, 0, 0] } } as const;

/** The instance's pixels in the whole image. */
function whole({ box, mask }: Detection, { width, height }: Scene): Uint8Array {
  const all = new Uint8Array(width * height);
  mask.forEach((value, at) => {
    all[(box.y + Math.floor(at / box.width)) * width + box.x + (at % box.width)] = value;
  });
  return all;
}

/** The instance of a whole image's mask. */
function instance(mask: Uint8Array, { width, height }: Scene, confidence: number): Detection {
  return { ...instanceOfRle(encodeRle(mask, width, height), width, height), confidence };
}

const holds = (check: (scene: Scene) => void) =>
  fc.assert(fc.property(scene, check), { numRuns: 400 });

it('scenes have holes, several parts, contact with every border, and overlaps', () => {
  const seen = { holes: 0, parts: 0, left: 0, right: 0, top: 0, bottom: 0, overlaps: 0 };
  for (const one of fc.sample(scene, { numRuns: 400, seed: 1 })) {
    const { width, height, detections } = one;
    const sum = new Uint8Array(width * height);
    for (const { box, mask } of detections) {
      const polygons = traceOutlines(mask, box.width, box.height);
      if (polygons.length > 1) seen.parts++;
      if (polygons.some(({ holes }) => holes.length > 0)) seen.holes++;
      if (box.x === 0) seen.left++;
      if (box.y === 0) seen.top++;
      if (box.x + box.width === width) seen.right++;
      if (box.y + box.height === height) seen.bottom++;
    }
    for (const detection of detections)
      whole(detection, one).forEach((pixel, at) => {
        sum[at] += pixel;
      });
    if (sum.some((count) => count > 1)) seen.overlaps++;
  }
  for (const [name, count] of Object.entries(seen)) expect(count, name).toBeGreaterThan(40);
});

describe('GeoJSON', () => {
  const offset = [40_000, 7] as const;
  const through = (detections: readonly Detection[]) =>
    parseGeoJson(formatGeoJson(detections, { ...style, offset }), { offset });

  it('mask to polygons to mask, each instance by itself', () =>
    holds((one) => {
      const masks = through(one.detections).map(({ polygons }) =>
        rasteriseRings(ringsOf(polygons), one.width, one.height),
      );
      expect(masks).toEqual(one.detections.map((detection) => whole(detection, one)));
    }));

  it('polygons to mask to polygons: the text is the same', () =>
    holds((one) => {
      const again = through(one.detections).map(({ polygons, measurements }) =>
        instance(
          rasteriseRings(ringsOf(polygons), one.width, one.height),
          one,
          measurements.get('Confidence') as number,
        ),
      );
      expect(formatGeoJson(again, style)).toBe(formatGeoJson(one.detections, style));
    }));
});

describe('COCO run lengths', () => {
  it('an instance to an annotation to the instance, box, area and score with it', () =>
    holds((one) => {
      const image = { id: 1, file_name: 'a.tif', width: one.width, height: one.height };
      const text = JSON.stringify(cocoAnnotations(one.detections, image, 1));
      const read = JSON.parse(text) as ReturnType<typeof cocoAnnotations>;
      const again = read.map(({ segmentation, score }) => {
        const [height, width] = segmentation.size;
        const runs = rleFromString(segmentation.counts);
        return { ...instanceOfRle(runs, width, height), confidence: score };
      });
      expect(again).toEqual(one.detections);
      expect(JSON.stringify(cocoAnnotations(again, image, 1))).toBe(text);
    }));
});

describe('label image', () => {
  /** The instances of the numbers, those that nothing is left of too. */
  const ofLabels = (labels: Uint16Array, one: Scene) =>
    one.detections.map(({ confidence }, k) =>
      instance(
        Uint8Array.from(labels, (label) => (label === k + 1 ? 1 : 0)),
        one,
        confidence,
      ),
    );

  it('instances to labels to instances: the pixels that no later one covers', () =>
    holds((one) => {
      const { width, height, detections } = one;
      const labels = labelImage(detections, width, height);
      const masks = detections.map((detection) => whole(detection, one));
      ofLabels(labels, one).forEach((found, k) => {
        const seen = masks[k].map((pixel, at) =>
          masks.slice(k + 1).some((later) => later[at] === 1) ? 0 : pixel,
        );
        expect(whole(found, one)).toEqual(seen);
      });
    }));

  it('labels to instances to labels is the identity', () =>
    holds((one) => {
      const labels = labelImage(one.detections, one.width, one.height);
      expect(labelImage(ofLabels(labels, one), one.width, one.height)).toEqual(labels);
    }));
});
