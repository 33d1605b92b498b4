import type { Brush } from './brush.js';
import { smoothMinimum, smoothstep } from './noise.js';
import { cover, type StainPlanes } from './stain-planes.js';
import type { Tubule, TubuleLattice } from './tubule-lattice.js';

/** What later painters need to know of the tissue under them; both size*size. */
export interface Tissue {
  /** Distance in pixels into the tubule a pixel lies in; negative in the interstitium. */
  readonly inside: Float32Array;
  /** Index of that tubule in the lattice. */
  readonly cell: Uint16Array;
}

/**
 * Paints interstitium and tubules: basement membrane, granular epithelium, brush border, lumen.
 *
 * @param clearance distance in pixels to the nearest structure, size*size: tubules give way to it.
 */
export function paintTissue(brush: Brush, lattice: TubuleLattice, clearance: Float32Array): Tissue {
  const { planes, scale, noise, texture, random } = brush;
  const { size } = planes;
  const inside = new Float32Array(size * size);
  const cell = new Uint16Array(size * size);
  const gap = random.uniform(2, 4.5) * scale;
  const loose = random.uniform(-0.3, 0.12);
  const middle = 1 / (9 * scale);
  const coarse = 1 / (45 * scale);

  const between = distanceBetween(lattice, size, 14 * scale, cell);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      const wide = noise(x * coarse + 5, y * coarse);
      const blotch = noise((x + 0.6 * y) * middle, (y - 0.6 * x) * middle + 9);
      const grain = texture(x, y);
      const away = clearance[at] - (1 + 2.5 * scale);
      const depth = smoothMinimum(between[at] - gap * (1 + 1.3 * wide), away, 9 * scale);
      inside[at] = depth;
      const e = depth / scale;

      // Fibres of the interstitium run along the tubules: bands of the distance to their border.
      const fibre = Math.sin(e * 1.5 + 5 * blotch + 0.5 * grain);
      const slit = smoothstep(0.75, 1, Math.sin(e * 0.9 + 4 * blotch + 6 * wide)) * (wide + 0.3);
      planes.pas[at] =
        0.96 + loose * (0.6 + 0.8 * wide) + 0.14 * fibre + 0.11 * grain - 0.5 * Math.max(0, slit);
      planes.haematoxylin[at] = 0.2 + 0.06 * fibre + 0.04 * grain;
      if (e > -1.5) paintTubule(planes, at, e, lattice.tubules[cell[at]], grain, blotch, wide);
    }
  return { inside, cell };
}

/**
 * Distance to the border between tubules, its corners rounded over `rounding` pixels; fills in the
 * cells too. The lattice is asked at every second pixel of every second row, as it costs more than all
 * the painting; between these the distance is interpolated.
 */
function distanceBetween(
  lattice: TubuleLattice,
  size: number,
  rounding: number,
  cell: Uint16Array,
): Float32Array {
  const between = new Float32Array(size * size);
  for (let y = 0; y < size; y += 2)
    for (let x = 0; x < size; x += 2) {
      lattice.locate(x, y);
      const distance = smoothMinimum(lattice.border, lattice.junction, rounding);
      const at = y * size + x;
      for (const pixel of [at, at + 1, at + size, at + size + 1]) {
        between[pixel] = distance;
        cell[pixel] = lattice.cell;
      }
    }
  for (let y = 0; y < size; y += 2)
    for (let at = y * size + 1; at < (y + 1) * size - 1; at += 2)
      between[at] = (between[at - 1] + between[at + 1]) / 2;
  for (let y = 1; y < size - 1; y += 2)
    for (let at = y * size; at < (y + 1) * size; at++)
      between[at] = (between[at - size] + between[at + size]) / 2;
  return between;
}

function paintTubule(
  planes: StainPlanes,
  at: number,
  e: number,
  tubule: Tubule,
  grain: number,
  blotch: number,
  wide: number,
): void {
  const { kind, tint, epithelium, membrane } = tubule;
  const cytoplasm = 0.48 + tint + 0.13 * grain + 0.2 * blotch + 0.12 * wide;
  cover(planes, at, cytoplasm, 0.27 + 0.05 * grain - 0.35 * tint, smoothstep(1.2, 3.5, e));
  const base = smoothstep(-1, 0.8, e) * smoothstep(membrane + 1, membrane - 1, e);
  cover(planes, at, 1.25 + 0.15 * blotch, 0.42, (0.75 + 0.2 * wide) * base);
  if (tubule.retracted && wide > -0.1)
    cover(planes, at, 0.12, 0.06, 0.85 * smoothstep(-1.8, -0.8, e) * smoothstep(0.9, 0.1, e));

  if (kind === 'distal') {
    const surface = epithelium + 3 * blotch + 2 * wide + grain;
    cover(planes, at, 0.05 + 0.02 * grain, 0.03, smoothstep(surface - 1, surface + 1.4, e));
    return;
  }
  // The apex of a proximal tubule frays: cytoplasm, brush border and debris hang into its lumen.
  const surface = epithelium + 6 * blotch + 4 * wide;
  planes.pas[at] += 0.3 * smoothstep(surface - 9, surface - 2, e + 1.5 * grain);
  const open = smoothstep(surface - 3, surface + 5, e + 3.5 * grain);
  const debris = 0.32 * smoothstep(-0.2, 1.1, 0.5 * grain + 1.1 * blotch);
  cover(planes, at, 0.07 + debris, 0.04 + 0.4 * debris, open);
}
