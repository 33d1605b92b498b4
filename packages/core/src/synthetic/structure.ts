import type { Ring } from './outline.js';
import type { Patch } from './patch.js';

/** What is drawn apart from tubules. Only vessels, glomeruli and collapsed vessels are annotated. */
export type StructureKind =
  | 'arteriole'
  | 'vein'
  | 'capillary'
  /** A vessel squeezed shut, which no expert could call: annotated `unsure`. */
  | 'collapsed'
  | 'glomerulus'
  /** A narrow tubule (thin limb) in cross-section: as round and as wide as an arteriole. */
  | 'limb'
  /** A round white hole, as fat leaves, without a wall. */
  | 'hole'
  /** A white slit torn between tubules, without a wall. */
  | 'tear';

/** One structure: its polygon comes first, and it is drawn from that polygon's pixels. */
export interface Structure {
  readonly kind: StructureKind;
  readonly ring: Ring;
  readonly patch: Patch;
}

export function isVessel(kind: StructureKind): boolean {
  return kind === 'arteriole' || kind === 'vein' || kind === 'capillary';
}
