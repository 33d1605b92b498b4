import type { Box, Component } from '../geometry/index.js';

/** One object of an image, its mask cropped to its box. */
export interface Instance {
  readonly box: Box;
  /** box.height*box.width, row-major, 0 and 1: the pixels of this instance only. */
  readonly mask: Uint8Array;
  /** Pixels. */
  readonly area: number;
}

/** A predicted instance. */
export interface Detection extends Instance {
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * The instances of a label image, one a component (see `measureLabels`).
 *
 * @param labels height*width, row-major
 */
export function labelledInstances(
  labels: Int32Array,
  width: number,
  components: readonly Component[],
): Instance[] {
  return components.map(({ label, area, box }) => {
    const mask = new Uint8Array(box.width * box.height);
    for (let row = 0, at = 0; row < box.height; row++) {
      const start = (box.y + row) * width + box.x;
      for (let column = 0; column < box.width; column++, at++)
        if (labels[start + column] === label) mask[at] = 1;
    }
    return { box, mask, area };
  });
}

/** An instance's mask on its box made larger by a margin on all sides, as far as the image goes. */
export function withMargin(
  { box, mask }: Instance,
  margin: number,
  width: number,
  height: number,
): { readonly box: Box; readonly mask: Uint8Array } {
  const x = Math.max(box.x - margin, 0);
  const y = Math.max(box.y - margin, 0);
  const larger = {
    x,
    y,
    width: Math.min(box.x + box.width + margin, width) - x,
    height: Math.min(box.y + box.height + margin, height) - y,
  };
  const padded = new Uint8Array(larger.width * larger.height);
  for (let row = 0; row < box.height; row++)
    padded.set(
      mask.subarray(row * box.width, (row + 1) * box.width),
      (box.y + row - y) * larger.width + box.x - x,
    );
  return { box: larger, mask: padded };
}
