import type { Random } from '../random.js';
import { type Noise, valueNoise } from './noise.js';

/** What sets one tubule apart from its neighbours. */
export interface Tubule {
  readonly kind: 'proximal' | 'distal' | 'solid';
  /** Height of the epithelium in pixels of the reference scale. */
  readonly epithelium: number;
  /** Offset of its PAS amount. */
  readonly tint: number;
  /** Thickness of its basement membrane in pixels of the reference scale. */
  readonly membrane: number;
  /** True where it shrank from its surroundings and a white slit runs along it. */
  readonly retracted: boolean;
}

const PERIOD = 32;
const SPACING = 104;

/**
 * Tubules in cross-section as Voronoi cells of a jittered hexagonal lattice, bent by low-frequency
 * noise and, in medulla, drawn out along one direction. `locate` leaves its answer in the fields,
 * as it is called for every pixel.
 */
export class TubuleLattice {
  /** Index of the cell, into `tubules`. */
  cell = 0;
  /** Distance to the nearest cell border, in pixels. */
  border = 0;
  /** Distance to the border with the third cell: 0 only at junctions, where three cells meet. */
  junction = 0;

  readonly tubules: readonly Tubule[];
  private readonly jitter = new Float32Array(PERIOD * PERIOD * 2);
  private readonly bend: Noise;
  private readonly spacing: number;
  private readonly cosine: number;
  private readonly sine: number;
  private readonly offset: number;

  constructor(
    random: Random,
    private readonly scale: number,
    private readonly stretch: number,
  ) {
    for (let i = 0; i < this.jitter.length; i++) this.jitter[i] = random.uniform(-0.36, 0.36);
    this.tubules = Array.from({ length: PERIOD * PERIOD }, () => tubule(random));
    this.bend = valueNoise(random);
    this.spacing = SPACING * scale * random.uniform(0.85, 1.1);
    const angle = random.uniform(0, Math.PI);
    this.cosine = Math.cos(angle);
    this.sine = Math.sin(angle);
    this.offset = random.uniform(0, PERIOD);
  }

  locate(x: number, y: number): void {
    const { jitter, spacing, scale } = this;
    const frequency = 1 / (70 * scale);
    const bentX = x + 12 * scale * this.bend(x * frequency, y * frequency);
    const bentY = y + 12 * scale * this.bend(x * frequency + 31.5, y * frequency + 17.5);
    const u = (bentX * this.cosine + bentY * this.sine) / (spacing * this.stretch) + this.offset;
    const v = (bentY * this.cosine - bentX * this.sine) / spacing + this.offset;
    const row0 = Math.floor(v);
    let first = Infinity;
    let second = Infinity;
    let third = Infinity;
    let u1 = 0;
    let v1 = 0;
    let u2 = 0;
    let v2 = 0;
    let u3 = 0;
    let v3 = 0;
    for (let row = row0 - 1; row <= row0 + 1; row++) {
      const shift = 0.5 * (row & 1);
      const column0 = Math.floor(u - shift);
      for (let column = column0 - 1; column <= column0 + 1; column++) {
        const index = (row & (PERIOD - 1)) * PERIOD + (column & (PERIOD - 1));
        const siteU = column + 0.5 + shift + jitter[2 * index];
        const siteV = row + 0.5 + jitter[2 * index + 1];
        const distance = (u - siteU) ** 2 + (v - siteV) ** 2;
        if (distance < first) {
          third = second;
          u3 = u2;
          v3 = v2;
          second = first;
          u2 = u1;
          v2 = v1;
          first = distance;
          u1 = siteU;
          v1 = siteV;
          this.cell = index;
        } else if (distance < second) {
          third = second;
          u3 = u2;
          v3 = v2;
          second = distance;
          u2 = siteU;
          v2 = siteV;
        } else if (distance < third) {
          third = distance;
          u3 = siteU;
          v3 = siteV;
        }
      }
    }
    // Distance to the bisector of two sites: (|p-b|^2 - |p-a|^2) / (2 |a-b|).
    this.border = (spacing * (second - first)) / (2 * Math.sqrt((u1 - u2) ** 2 + (v1 - v2) ** 2));
    this.junction = (spacing * (third - first)) / (2 * Math.sqrt((u1 - u3) ** 2 + (v1 - v3) ** 2));
  }
}

function tubule(random: Random): Tubule {
  const draw = random.next();
  const kind = draw < 0.5 ? 'proximal' : draw < 0.85 ? 'distal' : 'solid';
  const epithelium = kind === 'proximal' ? 25 : kind === 'distal' ? 15 : 200;
  return {
    kind,
    epithelium: epithelium + random.uniform(-4, 4),
    tint: random.uniform(-0.14, 0.16),
    membrane: random.uniform(2, 4),
    retracted: random.chance(0.3),
  };
}
