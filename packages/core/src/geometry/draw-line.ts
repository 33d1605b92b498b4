/**
 * Sets to 1 the pixels of the 8-connected line from (x0, y0) to (x1, y1), both ends included.
 *
 * Bresenham's line, run from left to right so that a line and its reverse are the same pixels. A line
 * with an end outside is clipped to whole pixels first (Cohen and Sutherland's region codes, quotients
 * towards zero) and drawn between the clipped ends: OpenCV's `line` of thickness 1.
 *
 * @param x0 whole numbers within int32, like the other coordinates
 * @param mask height*width, row-major, at least one pixel; written in place
 */
export function drawLine(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  width: number,
  height: number,
  mask: Uint8Array,
): void {
  const clipped = clipLine(x0, y0, x1, y1, width - 1, height - 1);
  if (clipped === undefined) return;
  const [ax, ay, bx, by] = clipped;
  const [left, from, right, to] = ax <= bx ? [ax, ay, bx, by] : [bx, by, ax, ay];
  const across = right - left;
  const down = Math.abs(to - from);
  const rowStep = to < from ? -width : width;
  const steep = down > across;
  const long = steep ? down : across;
  const short = steep ? across : down;
  const longStep = steep ? rowStep : 1;
  const shortStep = steep ? 1 : rowStep;

  let error = long - 2 * short;
  let at = from * width + left;
  for (let i = 0; i <= long; i++) {
    mask[at] = 1;
    at += longStep;
    if (error < 0) {
      at += shortStep;
      error += 2 * long;
    }
    error -= 2 * short;
  }
}

const LEFT = 1;
const RIGHT = 2;
const ABOVE = 4;
const BELOW = 8;

/** The part of a segment within columns 0 to right and rows 0 to bottom; undefined where none is. */
function clipLine(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  right: number,
  bottom: number,
): [x0: number, y0: number, x1: number, y1: number] | undefined {
  const column = (x: number): number => (x < 0 ? LEFT : x > right ? RIGHT : 0);
  const row = (y: number): number => (y < 0 ? ABOVE : y > bottom ? BELOW : 0);
  let code0 = column(x0) | row(y0);
  let code1 = column(x1) | row(y1);
  const undecided = (): boolean => (code0 & code1) === 0 && (code0 | code1) !== 0;

  // The order matters for equality with OpenCV: rows before columns, and each end is clipped along
  // the segment as the clips before it left it.
  if (undecided()) {
    if (code0 & (ABOVE | BELOW)) {
      const edge = code0 & ABOVE ? 0 : bottom;
      x0 += proportion(edge - y0, x1 - x0, y1 - y0);
      y0 = edge;
      code0 = column(x0);
    }
    if (code1 & (ABOVE | BELOW)) {
      const edge = code1 & ABOVE ? 0 : bottom;
      x1 += proportion(edge - y1, x1 - x0, y1 - y0);
      y1 = edge;
      code1 = column(x1);
    }
  }
  if (undecided()) {
    if (code0) {
      const edge = code0 === LEFT ? 0 : right;
      y0 += proportion(edge - x0, y1 - y0, x1 - x0);
      x0 = edge;
      code0 = 0;
    }
    if (code1) {
      const edge = code1 === LEFT ? 0 : right;
      y1 += proportion(edge - x1, y1 - y0, x1 - x0);
      x1 = edge;
      code1 = 0;
    }
  }
  return (code0 | code1) === 0 ? [x0, y0, x1, y1] : undefined;
}

/** a * b / c towards zero, exact: for ends far outside the product outgrows a double. */
function proportion(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return (product - (product % c)) / c;
  return Number((BigInt(a) * BigInt(b)) / BigInt(c));
}
