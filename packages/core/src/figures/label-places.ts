/** A text to be written beside a point. Pixels, from the upper-left corner of the drawing. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where the text goes from its point. */
export interface LabelPlace {
  readonly align: 'left' | 'right' | 'center';
  readonly dx: number;
  readonly dy: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Mean width of a character and height of a line of text of 11 pixels. */
const CHARACTER = 6;
const LINE = 13;
const POINT = 5;

const PLACES: readonly LabelPlace[] = [
  { align: 'left', dx: 8, dy: 0 },
  { align: 'right', dx: -8, dy: 0 },
  { align: 'center', dx: 0, dy: -13 },
  { align: 'center', dx: 0, dy: 13 },
  { align: 'left', dx: 6, dy: -11 },
  { align: 'left', dx: 6, dy: 11 },
  { align: 'right', dx: -6, dy: -11 },
  { align: 'right', dx: -6, dy: 11 },
];

/**
 * Places for labels beside their points, each in turn where it covers least of the points, of the labels
 * placed before it and of what lies outside the frame; where places are equal, the right-hand one.
 *
 * @param points every point drawn, of which labels keep clear
 */
export function labelPlaces(
  labels: readonly Label[],
  points: readonly { readonly x: number; readonly y: number }[],
  width: number,
  height: number,
): LabelPlace[] {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - POINT,
    top: y - POINT,
    right: x + POINT,
    bottom: y + POINT,
  }));
  return labels.map((label) => {
    const costs = PLACES.map((place) => {
      const box = boxOf(label, place);
      const area = (box.right - box.left) * (box.bottom - box.top);
      const inside = overlap(box, { left: 0, top: 0, right: width, bottom: height });
      return taken.reduce((cost, other) => cost + overlap(box, other), area - inside);
    });
    const best = PLACES[costs.indexOf(Math.min(...costs))];
    taken.push(boxOf(label, best));
    return best;
  });
}

function boxOf({ x, y, text }: Label, { align, dx, dy }: LabelPlace): Box {
  const width = CHARACTER * text.length;
  const left = x + dx - { left: 0, center: width / 2, right: width }[align];
  return { left, top: y + dy - LINE / 2, right: left + width, bottom: y + dy + LINE / 2 };
}

function overlap(a: Box, b: Box): number {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return across > 0 && down > 0 ? across * down : 0;
}
