import type { Fingerprint } from '@vascula/core';

/** A plain dataset: 40 images of two slides with vessels of 10 pixels. */
export const plain: Fingerprint = {
  images: 40,
  slides: 2,
  groupSizes: { least: 20, most: 20 },
  placed: true,
  duplicates: 0,
  smallest: { width: 512, height: 512 },
  largest: { width: 512, height: 512 },
  pixels: 40 * 512 ** 2,
  ignoredShare: 0,
  vesselShare: 0.1,
  imagesWithoutVessel: 2,
  vessels: 300,
  vesselArea: { low: 50, median: 300, high: 4000 },
  vesselWidth: { low: 3, median: 10, high: 30 },
  widest: 40,
  colour: {
    densityRed: 0.2,
    densityGreen: 0.4,
    densityBlue: 0.3,
    clearShare: 0.2,
    variation: 0.05,
  },
};

export const gibibyte = 2 ** 30;
