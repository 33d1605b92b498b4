import { type Random, randomStream } from '../random.js';
import type { Brush } from './brush.js';
import { develop } from './develop.js';
import { chamferDistance } from './distance.js';
import { placeStructures } from './layout.js';
import { smoothstep, valueNoise } from './noise.js';
import type { Ring } from './outline.js';
import { paintGap, paintLimb } from './paint-distractors.js';
import { paintGlomerulus } from './paint-glomerulus.js';
import { paintTissueNuclei } from './paint-nuclei.js';
import { paintTissue } from './paint-tissue.js';
import { paintVessel } from './paint-vessel.js';
import type { SyntheticSlide } from './slides.js';
import { cover, stainPlanes } from './stain-planes.js';
import { isVessel, type Structure, type StructureKind } from './structure.js';
import { sectionTexture } from './texture.js';
import { TubuleLattice } from './tubule-lattice.js';

export interface SyntheticTileOptions {
  readonly seed: number;
  /** Number of the tile; with the seed it names the tile's random stream. */
  readonly item: number;
  /** Side in pixels, even, 32 or more. */
  readonly size: number;
  readonly slide: SyntheticSlide;
}

export interface SyntheticAnnotation {
  readonly type: 'blood_vessel' | 'glomerulus' | 'unsure';
  /** One closed ring of whole pixels [x, y], each 0 to size-1; the last vertex repeats the first. */
  readonly coordinates: [Ring];
}

export interface SyntheticTile {
  /** RGB, uint8, row-major HWC, size*size*3. */
  readonly image: Uint8Array;
  readonly annotations: readonly SyntheticAnnotation[];
  /** 1 where a vessel was painted, size*size: what the polygons of `blood_vessel` rasterise to. */
  readonly vesselMask: Uint8Array;
}

/**
 * Makes a tile of PAS-stained kidney with exact labels: tubules, interstitium, nuclei, glomeruli,
 * vessels, and what is easily taken for a vessel (thin limbs, holes, tears, tubule lumens, loops of
 * glomerular capillaries).
 *
 * A pure function of its options. A polygon is drawn first and the structure painted from its
 * pixels, so polygon (rasterised with its outline) and picture agree pixel for pixel; no two
 * structures touch. Structures shrink somewhat below 512 px, so that a small tile shows several.
 *
 * @throws RangeError where the size is not an even number of 32 or more.
 */
export function syntheticTile(options: SyntheticTileOptions): SyntheticTile {
  const { size, slide, seed, item } = options;
  if (size % 2 !== 0 || !(size >= 32))
    throw new RangeError(`syntheticTile: size ${size} is not an even number of 32 or more`);
  const stream = (purpose: string): Random => randomStream('synthetic', seed, item, purpose);
  const scale = Math.min(1, 0.5 + size / 1024);

  const anatomy = stream('anatomy');
  const medulla = anatomy.chance(slide.medullaShare);
  const stretch = medulla ? anatomy.uniform(2, 3.2) : anatomy.uniform(1, 1.4);
  const lattice = new TubuleLattice(anatomy, scale, stretch);
  const glass = glassEdge(size, scale, anatomy);
  const onGlass = (x: number, y: number) => glass(x, y) > -12 * scale;
  const structures = placeStructures({ size, scale, slide, lattice, onGlass }, stream('layout'));

  const random = stream('paint');
  const planes = stainPlanes(size);
  const noise = valueNoise(random);
  const texture = sectionTexture(random);
  const brush: Brush = { planes, scale, noise, texture, random };
  const clearance = distanceToStructures(structures, size);
  const tissue = paintTissue(brush, lattice, clearance);
  paintTissueNuclei(brush, tissue, lattice, clearance);
  paintGlass(brush, glass);
  const vesselMask = new Uint8Array(size * size);
  for (const structure of structures) {
    PAINTERS[structure.kind](brush, structure);
    if (isVessel(structure.kind)) mark(structure, vesselMask, size);
  }
  const image = develop(planes, slide.stain, stream('scanner'));
  return { image, annotations: structures.flatMap(annotationOf), vesselMask };
}

const PAINTERS: Record<StructureKind, (brush: Brush, structure: Structure) => void> = {
  arteriole: paintVessel,
  vein: paintVessel,
  capillary: paintVessel,
  collapsed: paintVessel,
  glomerulus: paintGlomerulus,
  limb: paintLimb,
  hole: paintGap,
  tear: paintGap,
};

function annotationOf({ kind, ring }: Structure): SyntheticAnnotation[] {
  if (isVessel(kind)) return [{ type: 'blood_vessel', coordinates: [ring] }];
  if (kind === 'glomerulus') return [{ type: 'glomerulus', coordinates: [ring] }];
  return kind === 'collapsed' ? [{ type: 'unsure', coordinates: [ring] }] : [];
}

function mark({ patch }: Structure, mask: Uint8Array, size: number): void {
  const { left, top, width, height } = patch;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (patch.mask[y * width + x] === 1) mask[(top + y) * size + left + x] = 1;
}

function distanceToStructures(structures: readonly Structure[], size: number): Float32Array {
  const structured = new Uint8Array(size * size);
  for (const structure of structures) mark(structure, structured, size);
  return chamferDistance(
    structured.map((pixel) => 1 - pixel),
    size,
    size,
  );
}

/** Signed distance beyond the edge of the tissue; most tiles lie wholly within it. */
function glassEdge(size: number, scale: number, random: Random): (x: number, y: number) => number {
  const angle = random.uniform(0, 2 * Math.PI);
  const offset = random.chance(0.07) ? random.uniform(0.05, 0.4) * size : 2 * size;
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const noise = valueNoise(random);
  return (x, y) =>
    (x - size / 2) * cosine +
    (y - size / 2) * sine -
    offset +
    12 * scale * noise(x / (40 * scale), y / (40 * scale));
}

function paintGlass(
  { planes, scale, texture }: Brush,
  glass: (x: number, y: number) => number,
): void {
  const { size } = planes;
  // The edge is straight up to its noise: where all corners are far inside, so is the tile.
  const corners = [glass(0, 0), glass(size, 0), glass(0, size), glass(size, size)];
  if (Math.max(...corners) < -30 * scale) return;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const beyond = glass(x, y) + 1.5 * texture(x, y);
      if (beyond > -1) cover(planes, y * size + x, 0.02, 0.02, smoothstep(-1, 1, beyond));
    }
}
