import { cocoAnnotations, cocoDataset, cocoResults, decodeRle, rleFromString } from '@vascula/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyFound, found } from './detections.js';

it('the definition of COCO by an example: a ring and a pixel', () => {
  const { detections, width, height } = found('###..', '#.#..', '###.#');
  const image = { id: 3, width, height, file_name: 'a.tif' };
  const annotations = cocoAnnotations(detections, image, 8);
  // Down the columns: on three and one, off one, on one and three, off the rest.
  expect(rleFromString(annotations[0].segmentation.counts)).toEqual([0, 4, 1, 4, 6]);
  expect(annotations).toEqual([
    {
      id: 8,
      image_id: 3,
      category_id: 1,
      segmentation: { size: [3, 5], counts: annotations[0].segmentation.counts },
      area: 8,
      bbox: [0, 0, 3, 3],
      iscrowd: 0,
      score: detections[0].confidence,
    },
    {
      id: 9,
      image_id: 3,
      category_id: 1,
      segmentation: { size: [3, 5], counts: annotations[1].segmentation.counts },
      area: 1,
      bbox: [4, 2, 1, 1],
      iscrowd: 0,
      score: detections[1].confidence,
    },
  ]);
  expect(rleFromString(annotations[1].segmentation.counts)).toEqual([14, 1]);
  expect(cocoResults(annotations)[1]).toEqual({
    image_id: 3,
    category_id: 1,
    segmentation: annotations[1].segmentation,
    score: detections[1].confidence,
  });
  const about = { description: 'd', category: 'blood_vessel' };
  expect(cocoDataset([image], annotations, about)).toEqual({
    info: { description: 'd' },
    licenses: [],
    categories: [{ id: 1, name: 'blood_vessel', supercategory: 'blood_vessel' }],
    images: [image],
    annotations,
  });
});

it('any instances: run lengths give the pixels back, area and box are theirs', () => {
  fc.assert(
    fc.property(anyFound, ({ detections, width, height, mask }) => {
      const image = { id: 1, width, height, file_name: 'a.tif' };
      const all = new Uint8Array(mask.length);
      for (const { segmentation, area, bbox } of cocoAnnotations(detections, image, 1)) {
        expect(segmentation.size).toEqual([height, width]);
        const pixels = decodeRle(rleFromString(segmentation.counts), width, height);
        const on = [...pixels.keys()].filter((at) => pixels[at] === 1);
        const xs = on.map((at) => at % width);
        const ys = on.map((at) => Math.floor(at / width));
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        expect(area).toBe(on.length);
        expect(bbox).toEqual([x, y, Math.max(...xs) - x + 1, Math.max(...ys) - y + 1]);
        for (const at of on) all[at]++;
      }
      expect(all).toEqual(mask);
    }),
  );
});
