import {
  averagePrecision,
  type ComparedImage,
  cocoAveragePrecision,
  drawnAveragePrecision,
  drawnCocoAveragePrecision,
  matchBestOverlap,
  type UnsureRule,
} from '@vascula/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** Images of a few truths and detections, no two detections of one confidence. */
const anyImages = fc
  .array(fc.record({ truths: fc.nat(3), detections: fc.nat(4), unsure: fc.nat(1) }), {
    maxLength: 5,
  })
  .chain((sizes) =>
    fc
      .tuple(
        ...sizes.map(({ truths, detections, unsure }) =>
          fc.record({
            iou: overlaps(truths * detections),
            unsureIou: overlaps(unsure * detections),
            unsureShare: overlaps(unsure * detections),
            ranks: fc.array(fc.nat(1000), { minLength: detections, maxLength: detections }),
          }),
        ),
      )
      .map((values) =>
        values.map(
          ({ ranks, ...matrices }, k): ComparedImage => ({
            id: `${k}`,
            truths: sizes[k].truths,
            unsure: sizes[k].unsure,
            confidences: Float64Array.from(ranks, (rank, at) => rank + k / 10 + at / 100),
            ...matrices,
          }),
        ),
      ),
  );

/** Many at the thresholds that are looked at. */
function overlaps(length: number) {
  const value = fc.constantFrom(0, 0.3, 0.5, 0.55, 0.6, 0.7, 0.95, 1);
  return fc
    .array(value, { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values));
}

/** Each image as often as it was drawn, under names of its own. */
function copies(images: readonly ComparedImage[], counts: readonly number[]): ComparedImage[] {
  return images.flatMap((image, k) =>
    Array.from({ length: counts[k] }, (_, n) => ({ ...image, id: `${image.id} ${n}` })),
  );
}

const anyDraw = anyImages.chain((images) =>
  fc.record({
    images: fc.constant(images),
    counts: fc.array(fc.nat(3), { minLength: images.length, maxLength: images.length }),
    unsure: fc.constantFrom<UnsureRule>('background', 'ignored'),
  }),
);

test('the average precision of a draw is that of the images copied', () => {
  fc.assert(
    fc.property(anyDraw, ({ images, counts, unsure }) => {
      const metric = drawnAveragePrecision(images, (image) => matchBestOverlap(image, 0.6, unsure));
      const expected = averagePrecision(copies(images, counts), { unsure });
      const value = metric(Uint32Array.from(counts));
      if (expected === null) expect(value).toBeNull();
      else expect(value).toBeCloseTo(expected, 12);
    }),
    { numRuns: 1000 },
  );
});

test("so is COCO's", () => {
  fc.assert(
    fc.property(anyDraw, ({ images, counts, unsure }) => {
      const value = drawnCocoAveragePrecision(images, { unsure })(Uint32Array.from(counts));
      const expected = cocoAveragePrecision(copies(images, counts), { unsure });
      if (expected === null) expect(value).toBeNull();
      else expect(value).toBeCloseTo(expected, 12);
    }),
    { numRuns: 1000 },
  );
});

test('recalls that lie on a hundredth are reached as there: 7 of 20 are not 0.35', () => {
  const image = (found: number): ComparedImage => ({
    id: 'a',
    truths: 20,
    unsure: 0,
    confidences: Float64Array.from({ length: found }, (_, k) => 1 - k / 100),
    iou: Float64Array.from({ length: found * 20 }, (_, at) => (at % 21 === 0 ? 1 : 0)),
    unsureIou: new Float64Array(0),
    unsureShare: new Float64Array(0),
  });
  for (let found = 0; found <= 20; found++)
    expect(drawnCocoAveragePrecision([image(found)])(Uint32Array.of(1))).toBeCloseTo(
      cocoAveragePrecision([image(found)]) ?? Number.NaN,
      12,
    );
});
