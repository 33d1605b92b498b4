/** How an image is cut into windows for prediction. Sizes in pixels. */
export interface Tiling {
  /** Side of the square windows. */
  readonly window: number;
  /** Pixels that windows beside each other share at least. */
  readonly overlap: number;
  /**
   * True: a pixel is taken from the window it lies deepest in. That is the prediction of the whole image where
   * half the overlap is as wide as the network sees. False: windows are averaged, by Gaussian weights.
   */
  readonly exact: boolean;
}

/** A window's place along one axis, and what it adds there. */
export interface AxisWindow {
  readonly start: number;
  readonly size: number;
  /** The first pixel that it adds to, counted in the image. */
  readonly from: number;
  /** Its share of each pixel from there on: over all windows they add up to 1. */
  readonly weights: Float64Array;
}

/** Of a Gaussian, in windows: that of nnU-Net (Isensee and others, 2021). Its weights end at exp(-8), not 0. */
const deviation = 1 / 8;

/**
 * The windows along an axis of `length` pixels. They start at multiples of `multiple`, so that the network's
 * pooling falls on the same pixels as in the whole image, and the last one ends where the image does once it is
 * filled up to a multiple: it is then filled up as the image would be. An image that fits has one window.
 *
 * @throws RangeError where window and overlap are no multiples, or the overlap leaves nothing to go on by.
 */
export function axisWindows(length: number, tiling: Tiling, multiple: number): AxisWindow[] {
  const { window, overlap, exact } = tiling;
  if (window % multiple !== 0 || overlap % multiple !== 0 || !(overlap >= 0 && overlap < window))
    throw new RangeError(
      `windows of ${window} that share ${overlap}, for a network of multiples of ${multiple}`,
    );
  const starts = windowStarts(Math.ceil(length / multiple), window / multiple, overlap / multiple);
  const spans = starts.map((start) => ({
    start: start * multiple,
    size: Math.min(window, length - start * multiple),
  }));
  return exact ? cut(spans) : blended(spans, window);
}

type Span = Pick<AxisWindow, 'start' | 'size'>;

/** Starts of windows that cover `length`, as evenly as whole numbers allow. */
function windowStarts(length: number, window: number, overlap: number): number[] {
  const room = length - window;
  if (room <= 0) return [0];
  const gaps = Math.ceil(room / (window - overlap));
  return Array.from({ length: gaps + 1 }, (_, k) => Math.floor((k * room) / gaps));
}

/** Each window adds what lies nearer to its middle than to any other's: the overlaps are cut in half. */
function cut(spans: readonly Span[]): AxisWindow[] {
  return spans.map(({ start, size }, k) => {
    const [before, after] = [spans[k - 1], spans[k + 1]];
    const from = before === undefined ? start : halfway(start, before.start + before.size);
    const to = after === undefined ? start + size : halfway(after.start, start + size);
    return { start, size, from, weights: new Float64Array(to - from).fill(1) };
  });
}

function halfway(from: number, to: number): number {
  return Math.floor((from + to) / 2);
}

function blended(spans: readonly Span[], window: number): AxisWindow[] {
  const last = spans.at(-1) as Span;
  const sums = new Float64Array(last.start + last.size);
  const middle = (window - 1) / 2;
  const bell = Float64Array.from({ length: window }, (_, x) =>
    Math.exp(-(((x - middle) / (deviation * window)) ** 2) / 2),
  );
  for (const { start, size } of spans)
    for (let x = 0; x < size; x++) sums[start + x] += bell[x] as number;
  return spans.map(({ start, size }) => ({
    start,
    size,
    from: start,
    weights: bell.slice(0, size).map((weight, x) => weight / (sums[start + x] as number)),
  }));
}
