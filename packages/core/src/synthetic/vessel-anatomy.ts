import type { Random } from '../random.js';
import type { StructureKind } from './structure.js';

/** What one vessel is made of. */
export interface VesselAnatomy {
  /** Thickness of the wall in pixels. */
  readonly wall: number;
  /** True where the wall has layers of smooth muscle. */
  readonly muscular: boolean;
  /** Stain amounts of what fills the lumen: almost none, or plasma. */
  readonly pas: number;
  readonly haematoxylin: number;
  readonly redCells: boolean;
}

/** Draws the make-up of a vessel; lumens are as bright or as pink as those of tubules. */
export function vesselAnatomy(kind: StructureKind, scale: number, random: Random): VesselAnatomy {
  if (kind === 'arteriole') {
    const wall = random.uniform(8, 13) * scale;
    return { wall, muscular: true, pas: 0.06, haematoxylin: 0.03, redCells: random.chance(0.3) };
  }
  if (kind === 'collapsed') {
    const pas = random.uniform(0.5, 0.65);
    return { wall: 2.6 * scale, muscular: false, pas, haematoxylin: 0.25, redCells: false };
  }
  const wall = (kind === 'vein' ? random.uniform(3, 4.2) : random.uniform(2.4, 3.4)) * scale;
  const redCells = random.chance(0.6);
  const plasma = redCells || random.chance(0.5);
  return {
    wall,
    muscular: false,
    pas: plasma ? random.uniform(0.14, 0.34) : 0.06,
    haematoxylin: plasma ? random.uniform(0.04, 0.14) : 0.03,
    redCells,
  };
}
