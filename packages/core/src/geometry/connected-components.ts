/** Neighbours of a pixel: 4 (sides) or 8 (sides and corners). */
export type Connectivity = 4 | 8;

/** The smallest upright box of pixels: leftmost column, top row, and the numbers of columns and rows. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Component {
  /** Its number in the label image, from 1. */
  readonly label: number;
  /** Pixels. */
  readonly area: number;
  readonly box: Box;
}

export interface Components {
  /** height*width, row-major: 0 for background, else the label of the pixel's component. */
  readonly labels: Int32Array;
  /** Components, the background not counted (`cv2.connectedComponents` returns this plus one). */
  readonly count: number;
  /** One entry a component; `components[k]` has label k + 1. */
  readonly components: readonly Component[];
}

/**
 * Labels the connected components of a mask; pixels other than 0 are foreground.
 *
 * Labels are those of `cv2.connectedComponents` (OpenCV 4.6, default algorithm), which numbers
 * components in raster order of their first pixel for 4 neighbours, and of their first 2x2 block of
 * pixels (blocks aligned to even rows and columns) for 8 neighbours.
 *
 * Two passes with union-find over provisional labels (Wu, Otoo, Suzuki, "Optimizing two-pass
 * connected-component labeling algorithms", 2009): near linear in the pixels.
 *
 * @param mask height*width, row-major
 * @throws RangeError a mask of another length
 */
export function connectedComponents(
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: Connectivity,
): Components {
  const { labels, roots } = linkedPixels(mask, width, height, connectivity);
  const count = number(labels, roots, width, height, connectivity === 4 ? 1 : 2);
  return { labels, count, components: measureLabels(labels, width, height, count) };
}

/**
 * The number of connected components, as `connectedComponents(…).count`, in half the time: labels are
 * neither numbered nor measured.
 *
 * @throws RangeError a mask of another length
 */
export function countComponents(
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: Connectivity,
): number {
  const { roots } = linkedPixels(mask, width, height, connectivity);
  let count = 0;
  for (let label = 1; label < roots.length; label++) if (roots[label] === label) count++;
  return count;
}

/**
 * The first pass, for what needs no numbers: provisional labels from 1, and for each the root that it
 * shares with the other labels of its component.
 *
 * @throws RangeError a mask of another length
 */
export function linkedPixels(
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: Connectivity,
): { labels: Int32Array; roots: Int32Array } {
  if (mask.length !== width * height)
    throw new RangeError(
      `mask of ${mask.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  const labels = new Int32Array(mask.length);
  const linked = connectivity === 4 ? linkFourNeighbours : linkEightNeighbours;
  const parents = linked(mask, width, height, labels);
  // Ascending, so that a parent's root is known before its children ask for it.
  for (let label = 1; label < parents.length; label++) parents[label] = parents[parents[label]];
  return { labels, roots: parents };
}

/** Writes provisional labels; returns their union-find forest, in which no parent exceeds its child. */
function linkFourNeighbours(
  mask: Uint8Array,
  width: number,
  height: number,
  labels: Int32Array,
): Int32Array {
  // A pixel with a new label has no neighbour before it, so at most every other pixel has one.
  const parents = new Int32Array(Math.ceil(mask.length / 2) + 1);
  let used = 0;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (mask[at] === 0) continue;
      const above = y > 0 ? labels[at - width] : 0;
      const before = x > 0 ? labels[at - 1] : 0;
      if (above !== 0 && before !== 0 && above !== before)
        labels[at] = union(parents, above, before);
      else if (above !== 0 || before !== 0) labels[at] = above || before;
      else {
        labels[at] = ++used;
        parents[used] = used;
      }
    }
  return parents.subarray(0, used + 1);
}

function linkEightNeighbours(
  mask: Uint8Array,
  width: number,
  height: number,
  labels: Int32Array,
): Int32Array {
  const parents = new Int32Array(Math.ceil(width / 2) * Math.ceil(height / 2) + 1);
  let used = 0;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (mask[at] === 0) continue;
      const above = y > 0 ? labels[at - width] : 0;
      // The pixel above already joins all the other neighbours.
      if (above !== 0) {
        labels[at] = above;
        continue;
      }
      const before = x > 0 ? labels[at - 1] || (y > 0 ? labels[at - width - 1] : 0) : 0;
      const aboveAfter = y > 0 && x + 1 < width ? labels[at - width + 1] : 0;
      if (before !== 0 && aboveAfter !== 0 && before !== aboveAfter)
        labels[at] = union(parents, before, aboveAfter);
      else if (before !== 0 || aboveAfter !== 0) labels[at] = before || aboveAfter;
      else {
        labels[at] = ++used;
        parents[used] = used;
      }
    }
  return parents.subarray(0, used + 1);
}

/** Joins two trees under the smaller root, which it returns. */
function union(parents: Int32Array, a: number, b: number): number {
  const rootA = find(parents, a);
  const rootB = find(parents, b);
  const root = Math.min(rootA, rootB);
  parents[rootA] = root;
  parents[rootB] = root;
  return root;
}

function find(parents: Int32Array, label: number): number {
  while (parents[label] !== label) {
    parents[label] = parents[parents[label]];
    label = parents[label];
  }
  return label;
}

/** Replaces provisional labels by final ones, numbered in raster order of blocks of side x side. */
function number(
  labels: Int32Array,
  roots: Int32Array,
  width: number,
  height: number,
  side: 1 | 2,
): number {
  const final = new Int32Array(roots.length);
  let count = 0;
  const assign = (at: number): void => {
    if (labels[at] === 0) return;
    const root = roots[labels[at]];
    if (final[root] === 0) final[root] = ++count;
    labels[at] = final[root];
  };
  for (let y = 0; y < height; y += side)
    for (let x = 0; x < width; x += side) {
      const at = y * width + x;
      assign(at);
      if (side === 1) continue;
      if (x + 1 < width) assign(at + 1);
      if (y + 1 < height) {
        assign(at + width);
        if (x + 1 < width) assign(at + width + 1);
      }
    }
  return count;
}

/**
 * The area and box of each label of a label image.
 *
 * @param labels height*width, row-major: 0, or a label from 1 to count, each at least once
 */
export function measureLabels(
  labels: Int32Array,
  width: number,
  height: number,
  count: number,
): Component[] {
  const area = new Int32Array(count + 1);
  const left = new Int32Array(count + 1).fill(width);
  const right = new Int32Array(count + 1);
  const top = new Int32Array(count + 1);
  const bottom = new Int32Array(count + 1);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const label = labels[at];
      if (label === 0) continue;
      if (area[label]++ === 0) top[label] = y;
      bottom[label] = y;
      if (x < left[label]) left[label] = x;
      if (x > right[label]) right[label] = x;
    }
  return Array.from({ length: count }, (_, k) => {
    const label = k + 1;
    return {
      label,
      area: area[label],
      box: {
        x: left[label],
        y: top[label],
        width: right[label] - left[label] + 1,
        height: bottom[label] - top[label] + 1,
      },
    };
  });
}
