import type { Brush } from './brush.js';
import { smoothstep } from './noise.js';
import type { Tissue } from './paint-tissue.js';
import { SpacedPoints } from './spaced-points.js';
import { cover } from './stain-planes.js';
import type { TubuleLattice } from './tubule-lattice.js';

/** An ellipse of chromatin: half axes in pixels, angle of the long one in radians. */
export interface Nucleus {
  readonly x: number;
  readonly y: number;
  readonly long: number;
  readonly short: number;
  readonly angle: number;
  /** Amount of haematoxylin; about 0.7 for open chromatin, 1.4 for a dense nucleus. */
  readonly chromatin: number;
}

/** Paints a nucleus: darker towards its membrane, mottled. Pixels that `allowed` refuses stay. */
export function paintNucleus(
  { planes, texture }: Brush,
  nucleus: Nucleus,
  allowed: (at: number) => boolean = everywhere,
): void {
  const { size } = planes;
  const { x, y, long, short, chromatin } = nucleus;
  const cosine = Math.cos(nucleus.angle);
  const sine = Math.sin(nucleus.angle);
  const edge = 1.2 / short;
  const lastX = Math.min(size - 1, Math.ceil(x + long));
  const lastY = Math.min(size - 1, Math.ceil(y + long));
  for (let row = Math.max(0, Math.floor(y - long)); row <= lastY; row++)
    for (let column = Math.max(0, Math.floor(x - long)); column <= lastX; column++) {
      const at = row * size + column;
      if (!allowed(at)) continue;
      const along = ((column - x) * cosine + (row - y) * sine) / long;
      const across = ((row - y) * cosine - (column - x) * sine) / short;
      const radius = Math.sqrt(along * along + across * across);
      if (radius >= 1) continue;
      const rim = smoothstep(0.5, 0.9, radius);
      const mottle = texture(7 * column, 7 * row);
      cover(
        planes,
        at,
        0.45 + 0.15 * rim + 0.06 * mottle,
        chromatin * (1 + 0.3 * rim + 0.14 * mottle),
        smoothstep(1, 1 - edge, radius),
      );
    }
}

function everywhere(): boolean {
  return true;
}

/** Scatters epithelial nuclei in a row near the base of each tubule and spindles between tubules. */
export function paintTissueNuclei(
  brush: Brush,
  tissue: Tissue,
  lattice: TubuleLattice,
  clearance: Float32Array,
): void {
  const { planes, scale, random } = brush;
  const { size } = planes;
  const { inside, cell } = tissue;
  const spacing = 13 * scale;
  const points = new SpacedPoints(size, spacing);
  const open = random.uniform(0.7, 0.95);
  const dense = random.uniform(1.1, 1.5);
  const cellularity = random.uniform(0.3, 1);
  for (let tries = (size / scale) ** 2 / 45; tries > 0; tries--) {
    const x = random.integer(size);
    const y = random.integer(size);
    const at = y * size + x;
    const e = inside[at] / scale;
    if (e > 0) {
      const { kind, epithelium } = lattice.tubules[cell[at]];
      const basal = kind === 'distal' ? 0.6 * epithelium : 13;
      const inRow = Math.abs(e - basal) < (kind === 'distal' ? 2 : 4.5);
      if (!(inRow || (kind === 'solid' && e > basal && random.chance(0.15)))) continue;
      if (!points.add(x, y, spacing)) continue;
      const long = random.uniform(5, 7) * scale;
      const short = long * random.uniform(0.75, 1);
      const chromatin = open * random.uniform(0.7, 1.25);
      paintNucleus(brush, { x, y, long, short, angle: random.uniform(0, Math.PI), chromatin });
    } else if (e < -1.5 && clearance[at] > 7 * scale && random.chance(cellularity)) {
      if (!points.add(x, y, 9 * scale)) continue;
      const angle = levelDirection(inside, x, y, size) + random.uniform(-0.3, 0.3);
      const long = random.uniform(4, 8) * scale;
      const short = random.uniform(2, 3.4) * scale;
      const chromatin = dense * random.uniform(0.75, 1.1);
      paintNucleus(brush, { x, y, long, short, angle, chromatin });
    }
  }
}

/** Direction of the level line of a field through a pixel. */
function levelDirection(field: Float32Array, x: number, y: number, size: number): number {
  const left = Math.max(0, x - 2);
  const right = Math.min(size - 1, x + 2);
  const above = Math.max(0, y - 2);
  const below = Math.min(size - 1, y + 2);
  const dx = field[y * size + right] - field[y * size + left];
  const dy = field[below * size + x] - field[above * size + x];
  return Math.atan2(dy, dx) + Math.PI / 2;
}
