import type { Random } from '../random.js';

/** A smooth random field over the plane, values in [-1, 1], features about one unit wide. */
export type Noise = (x: number, y: number) => number;

const PERIOD = 64;

/** Value noise: uniform values on the integer lattice (period 64), smoothstep between them. */
export function valueNoise(random: Random): Noise {
  const lattice = new Float32Array(PERIOD * PERIOD);
  for (let i = 0; i < lattice.length; i++) lattice[i] = random.uniform(-1, 1);
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const fx = x - column;
    const fy = y - row;
    const wx = fx * fx * (3 - 2 * fx);
    const wy = fy * fy * (3 - 2 * fy);
    const left = column & (PERIOD - 1);
    const right = (column + 1) & (PERIOD - 1);
    const top = (row & (PERIOD - 1)) * PERIOD;
    const bottom = ((row + 1) & (PERIOD - 1)) * PERIOD;
    const upper = lattice[top + left] + wx * (lattice[top + right] - lattice[top + left]);
    const lower = lattice[bottom + left] + wx * (lattice[bottom + right] - lattice[bottom + left]);
    return upper + wy * (lower - upper);
  };
}

/** 0 below `from`, 1 above `to`, a smooth step between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** The lesser of two values with the corner rounded over a width of `k` (polynomial smooth minimum). */
export function smoothMinimum(a: number, b: number, k: number): number {
  const h = Math.max(0, k - Math.abs(a - b)) / k;
  return Math.min(a, b) - (h * h * k) / 4;
}
