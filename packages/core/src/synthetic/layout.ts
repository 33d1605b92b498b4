import type { Random } from '../random.js';
import { type Blob, blobOutline, clippedRing, type Outline, ribbonOutline } from './outline.js';
import { type Patch, patchOf } from './patch.js';
import type { SyntheticSlide } from './slides.js';
import type { Structure, StructureKind } from './structure.js';
import type { TubuleLattice } from './tubule-lattice.js';

/** The tile a layout is made for. */
export interface Site {
  readonly size: number;
  /** Pixels for one pixel of the reference scale (a 512 tile at 20x). */
  readonly scale: number;
  readonly slide: SyntheticSlide;
  readonly lattice: TubuleLattice;
  /** True on bare glass, where nothing may be placed. */
  readonly onGlass: (x: number, y: number) => boolean;
}

/** Least number of background pixels between two structures, so that each vessel is its own component. */
const CLEARANCE = 2;
const MINIMUM_AREA = 24;

/**
 * Places structures where tissue has them: at the junctions between tubules and along their borders.
 * No two overlap or touch.
 */
export function placeStructures(site: Site, random: Random): readonly Structure[] {
  const { size, scale, slide } = site;
  const occupied = new Uint8Array(size * size);
  const placed: Structure[] = [];
  const spots = random.shuffled(junctions(site));
  const fields = (size / (512 * scale)) ** 2;

  const tryPlace = (kind: StructureKind, outline: Outline): Structure | undefined => {
    if (outline.some(([x, y]) => site.onGlass(x, y))) return undefined;
    const ring = clippedRing(outline, size);
    if (ring === undefined) return undefined;
    const patch = patchOf(ring, size);
    if (patch.area < MINIMUM_AREA * scale || meets(patch, occupied, size)) return undefined;
    occupy(patch, occupied, size);
    const structure = { kind, ring, patch };
    placed.push(structure);
    return structure;
  };
  const nextSpot = (): readonly [number, number] =>
    spots.pop() ?? [random.uniform(0, size), random.uniform(0, size)];
  const tryKind = (kind: StructureKind): Structure | undefined =>
    tryPlace(kind, outlineOf(kind, nextSpot(), site, random));
  const several = (kind: StructureKind, mean: number) => {
    for (let n = mean * fields + random.next(); n >= 1; n--) tryKind(kind);
  };

  several('glomerulus', 0.42);

  const share = slide.vesselShare * random.uniform(0.4, 1.6);
  let wanted = random.chance(slide.emptyShare) ? 0 : share * size * size;
  const large = 2000 * scale * scale;
  for (let attempt = 0; wanted > 0 && attempt < 40 + 40 * fields; attempt++) {
    const vessel = tryKind(vesselKind(wanted > large, random));
    wanted -= vessel?.patch.area ?? 0;
  }

  several('limb', 2.2);
  several('tear', 1.8);
  several('collapsed', 0.7);
  if (random.chance(0.3)) several('hole', 4);
  return placed;
}

function vesselKind(roomForLarge: boolean, random: Random): StructureKind {
  if (!roomForLarge || random.chance(0.72)) return 'capillary';
  return random.chance(0.6) ? 'arteriole' : 'vein';
}

/** Points where three tubules meet: local minima of the lattice's `junction`, within and just around the tile. */
function junctions({ size, scale, lattice }: Site): [number, number][] {
  const step = Math.max(2, Math.round(5 * scale));
  const count = Math.ceil(size / step) + 2;
  const field = new Float32Array(count * count);
  for (let row = 0; row < count; row++)
    for (let column = 0; column < count; column++) {
      lattice.locate((column - 0.5) * step, (row - 0.5) * step);
      field[row * count + column] = lattice.junction;
    }
  const found: [number, number][] = [];
  for (let row = 1; row < count - 1; row++)
    for (let column = 1; column < count - 1; column++) {
      const at = row * count + column;
      const value = field[at];
      if (value > 8 * scale) continue;
      let least = true;
      for (const offset of [1, count - 1, count, count + 1])
        least &&= value < field[at - offset] && value <= field[at + offset];
      if (least) found.push([(column - 0.5) * step, (row - 0.5) * step]);
    }
  return found;
}

function outlineOf(
  kind: StructureKind,
  [x, y]: readonly [number, number],
  site: Site,
  random: Random,
): Outline {
  const { scale, slide } = site;
  const step = slide.dataset === 1 ? 1.5 : 5 * scale;
  const blob = (low: number, high: number, aspect: number, roughness: number, lobes: number) => {
    const shape: Blob = {
      x,
      y,
      radius: random.uniform(low, high) * scale,
      aspect: random.uniform(1, aspect),
      roughness,
      lobes,
    };
    return blobOutline(shape, step, random);
  };
  switch (kind) {
    case 'arteriole':
      return blob(19, 36, 1.5, 0.05, 2);
    case 'vein':
      return blob(20, 36, 2, 0.12, 3);
    case 'limb':
      return blob(18, 28, 1.3, 0.06, 2);
    case 'hole':
      return blob(9, 20, 1.3, 0.04, 2);
    case 'glomerulus':
      return blob(78, 108, 1.3, 0.03, 3);
    case 'tear':
      return ribbonOutline(border([x, y], 40, 160, 4, site, random), 4.5 * scale, random);
    case 'capillary':
    case 'collapsed': {
      if (random.chance(0.5)) return blob(9.5, 16, 1.8, 0.2, 3);
      const halfWidth = random.uniform(6, 10) * scale;
      return ribbonOutline(
        border([x, y], 40, 150, slide.dataset === 1 ? 2 : 5, site, random),
        halfWidth,
        random,
      );
    }
  }
}

/** Walks from a junction along the border between two tubules; lengths in the reference scale. */
function border(
  from: readonly [number, number],
  shortest: number,
  longest: number,
  pace: number,
  { scale, lattice }: Site,
  random: Random,
): Outline {
  const step = pace * scale;
  const ahead = Math.max(step, 6 * scale);
  let [x, y] = from;
  let heading = random.uniform(0, 2 * Math.PI);
  let range = Math.PI;
  const line: [number, number][] = [[x, y]];
  for (let left = random.uniform(shortest, longest) * scale; left > 0; left -= step) {
    let best = heading;
    let lowest = Infinity;
    for (let turn = -6; turn <= 6; turn++) {
      const angle = heading + (turn * range) / 6;
      lattice.locate(x + ahead * Math.cos(angle), y + ahead * Math.sin(angle));
      const cost = lattice.border + scale * 0.25 * Math.abs(turn);
      if (cost < lowest) {
        lowest = cost;
        best = angle;
      }
    }
    heading = best;
    range = 0.2 * pace;
    x += step * Math.cos(heading);
    y += step * Math.sin(heading);
    line.push([x, y]);
  }
  return line;
}

function meets(patch: Patch, occupied: Uint8Array, size: number): boolean {
  const { left, top, width, height, mask } = patch;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (mask[y * width + x] === 1 && occupied[(top + y) * size + left + x] === 1) return true;
  return false;
}

/** Marks the patch and a margin of CLEARANCE pixels around it. */
function occupy(patch: Patch, occupied: Uint8Array, size: number): void {
  const { left, top, width, height, mask } = patch;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] === 0) continue;
      const lastRow = Math.min(size - 1, top + y + CLEARANCE);
      const firstColumn = Math.max(0, left + x - CLEARANCE);
      const lastColumn = Math.min(size - 1, left + x + CLEARANCE);
      for (let row = Math.max(0, top + y - CLEARANCE); row <= lastRow; row++)
        occupied.fill(1, row * size + firstColumn, row * size + lastColumn + 1);
    }
}
