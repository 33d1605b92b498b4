import type { Random } from '../random.js';

/** A closed curve through points [x, y] in pixels; the last point joins the first. */
export type Outline = readonly (readonly [number, number])[];

/** A closed polygon of whole pixels: the last vertex repeats the first, as in the competition. */
export type Ring = [number, number][];

export interface Blob {
  readonly x: number;
  readonly y: number;
  /** Mean radius in pixels. */
  readonly radius: number;
  /** Longest over shortest diameter, 1 or more. */
  readonly aspect: number;
  /** Relative height of the lobes. */
  readonly roughness: number;
  /** Number of lobes of the strongest harmonic. */
  readonly lobes: number;
}

/** An ellipse of random direction whose radius is rippled by three harmonics. */
export function blobOutline(blob: Blob, step: number, random: Random): Outline {
  const { radius, aspect, lobes } = blob;
  const turn = random.uniform(0, 2 * Math.PI);
  const cosine = Math.cos(turn);
  const sine = Math.sin(turn);
  const stretch = Math.sqrt(aspect);
  const harmonics = [lobes, lobes + 1, 2 * lobes + 1].map((order, rank) => ({
    order,
    height: (blob.roughness * random.uniform(0.5, 1)) / (1 + 1.5 * rank),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const count = Math.max(8, Math.round((2 * Math.PI * radius) / step));
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    let r = radius;
    for (const { order, height, phase } of harmonics)
      r += radius * height * Math.sin(order * angle + phase);
    const along = r * stretch * Math.cos(angle);
    const across = (r / stretch) * Math.sin(angle);
    return [blob.x + along * cosine - across * sine, blob.y + along * sine + across * cosine];
  });
}

/** A ribbon about a centre line, widest in its middle, with rounded ends. */
export function ribbonOutline(line: Outline, halfWidth: number, random: Random): Outline {
  const last = line.length - 1;
  const phase = random.uniform(0, 2 * Math.PI);
  const waves = random.uniform(2, 5);
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  for (let i = 0; i <= last; i++) {
    const [x0, y0] = line[Math.max(0, i - 1)];
    const [x1, y1] = line[Math.min(last, i + 1)];
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const taper = Math.sqrt(Math.max(0, 1 - (Math.abs(2 * i - last) / (last + 0.6)) ** 4));
    const half = halfWidth * taper * (1 + 0.16 * Math.sin(phase + (waves * Math.PI * i) / last));
    const normalX = (half * (y0 - y1)) / length;
    const normalY = (half * (x1 - x0)) / length;
    const [x, y] = line[i];
    left.push([x + normalX, y + normalY]);
    right.push([x - normalX, y - normalY]);
  }
  return [...left, ...right.reverse()];
}

/**
 * The part of an outline inside a tile (Sutherland & Hodgman 1974), as whole pixels 0 to size-1.
 *
 * @returns undefined where nothing is left, or where the outline leaves the tile more than once, so
 *   that clipping would join separate parts along the border.
 */
export function clippedRing(outline: Outline, size: number): Ring | undefined {
  const last = size - 1;
  const inside = outline.map(([x, y]) => x >= 0 && y >= 0 && x <= last && y <= last);
  const crossings = inside.filter((here, i) => here !== inside[(i + 1) % inside.length]).length;
  if (crossings > 2 || !inside.includes(true)) return undefined;
  let points = outline;
  for (const axis of [0, 1] as const) {
    points = clipped(points, axis, 0, 1);
    points = clipped(points, axis, last, -1);
  }
  const ring: Ring = [];
  for (const [x, y] of points) {
    const [px, py] = [Math.round(x), Math.round(y)];
    const before = ring.at(-1);
    if (before === undefined || before[0] !== px || before[1] !== py) ring.push([px, py]);
  }
  const [head, tail] = [ring[0], ring[ring.length - 1]];
  if (head[0] !== tail[0] || head[1] !== tail[1]) ring.push([head[0], head[1]]);
  return ring.length < 4 ? undefined : ring;
}

/** Keeps the half plane where `direction * (coordinate - limit)` is not negative. */
function clipped(points: Outline, axis: 0 | 1, limit: number, direction: 1 | -1): Outline {
  const kept: (readonly [number, number])[] = [];
  for (let i = 0; i < points.length; i++) {
    const from = points[i];
    const to = points[(i + 1) % points.length];
    const a = direction * (from[axis] - limit);
    const b = direction * (to[axis] - limit);
    if (a >= 0) kept.push(from);
    if (a < 0 !== b < 0) {
      const t = a / (a - b);
      kept.push([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
    }
  }
  return kept;
}
