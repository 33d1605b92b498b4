import { mirrored, type RgbPixels } from './image-tensor.js';

/** A rectangle of a plane: x and y of its upper-left pixel. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Parts rectangles into groups that hang together: two that overlap or share a part of an edge are in one group; a
 * corner is not enough. Indices, in the order of each group's first.
 */
export function touchingGroups(places: readonly Place[]): number[][] {
  const groups: number[][] = [];
  const left = new Set(places.keys());
  for (const first of places.keys()) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const one of group)
      for (const other of left)
        if (touch(places[one] as Place, places[other] as Place)) {
          left.delete(other);
          group.push(other);
        }
    groups.push(group.sort((a, b) => a - b));
  }
  return groups;
}

function touch(a: Place, b: Place): boolean {
  const common = (from: number, size: number, other: number, otherSize: number) =>
    Math.min(from + size, other + otherSize) - Math.max(from, other);
  const [across, down] = [common(a.x, a.width, b.x, b.width), common(a.y, a.height, b.y, b.height)];
  return across >= 0 && down >= 0 && across + down > 0;
}

/** The smallest rectangle that holds all. */
export function extentOf(places: readonly Place[]): Place {
  const x = Math.min(...places.map((place) => place.x));
  const y = Math.min(...places.map((place) => place.y));
  return {
    x,
    y,
    width: Math.max(...places.map((place) => place.x + place.width)) - x,
    height: Math.max(...places.map((place) => place.y + place.height)) - y,
  };
}

/** Images of one plane laid side by side to one image. */
export class Mosaic {
  readonly #pixels: Uint8Array;
  readonly #covered: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#pixels = new Uint8Array(width * height * 3);
    this.#covered = new Uint8Array(width * height);
  }

  /**
   * Lays an image with its upper-left pixel at (x, y).
   *
   * @returns how many pixels lay there already with other colours; these are replaced.
   * @throws RangeError where it leaves the mosaic.
   */
  place({ data, width, height }: RgbPixels, x: number, y: number): number {
    if (x < 0 || y < 0 || x + width > this.width || y + height > this.height)
      throw new RangeError(
        `${width} x ${height} at (${x}, ${y}) leaves ${this.width} x ${this.height}`,
      );
    let different = 0;
    for (let row = 0; row < height; row++) {
      const start = (y + row) * this.width + x;
      const pixels = data.subarray(row * width * 3, (row + 1) * width * 3);
      for (let column = 0; column < width; column++) {
        if (this.#covered[start + column] === 0) continue;
        const there = 3 * (start + column);
        const same = [0, 1, 2].every((c) => this.#pixels[there + c] === pixels[3 * column + c]);
        different += Number(!same);
      }
      this.#pixels.set(pixels, 3 * start);
      this.#covered.fill(1, start, start + width);
    }
    return different;
  }

  /**
   * The image. Pixels that no image covers mirror those beside them along the row; rows without any mirror the
   * rows above or below: as an image is mirrored where it is filled up for a network.
   */
  image(): RgbPixels {
    const { width, height } = this;
    const pixels = this.#pixels;
    const filled = new Uint8Array(height);
    for (let y = 0; y < height; y++) {
      const sources = mirrorSources(this.#covered.subarray(y * width, (y + 1) * width));
      if (sources === undefined) continue;
      filled[y] = 1;
      sources.forEach((from, x) => {
        const source = 3 * (y * width + from);
        if (from !== x) pixels.copyWithin(3 * (y * width + x), source, source + 3);
      });
    }
    mirrorSources(filled)?.forEach((from, y) => {
      if (from !== y) pixels.copyWithin(3 * y * width, 3 * from * width, 3 * (from + 1) * width);
    });
    return { data: pixels, width, height };
  }
}

/** Where each place takes its pixel from: itself where there is one, else mirrored at the nearest edge. */
function mirrorSources(covered: Uint8Array): Int32Array | undefined {
  const runs: [first: number, last: number][] = [];
  covered.forEach((here, at) => {
    const last = runs.at(-1);
    if (here === 0) return;
    if (last?.[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  });
  if (runs.length === 0) return undefined;
  const sources = Int32Array.from(covered, (_, at) => at);
  for (let at = 0, next = 0; at < covered.length; at++) {
    while (next < runs.length && (runs[next] as [number, number])[1] < at) next++;
    if (covered[at] !== 0) continue;
    const [before, after] = [runs[next - 1], runs[next]];
    const fromBefore = before === undefined ? Infinity : at - before[1];
    const fromAfter = after === undefined ? Infinity : after[0] - at;
    if (before !== undefined && fromBefore <= fromAfter)
      sources[at] = before[1] - mirrored(fromBefore, before[1] - before[0] + 1);
    else if (after !== undefined)
      sources[at] = after[0] + mirrored(fromAfter, after[1] - after[0] + 1);
  }
  return sources;
}

/** A rectangle of a map whose rows are `stride` long. */
export function cutMap(map: Float32Array, stride: number, place: Place): Float32Array {
  const { x, y, width, height } = place;
  const cut = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * stride + x;
    cut.set(map.subarray(start, start + width), row * width);
  }
  return cut;
}
