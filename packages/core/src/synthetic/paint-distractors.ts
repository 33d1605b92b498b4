import type { Brush } from './brush.js';
import { smoothstep } from './noise.js';
import { paintNucleus } from './paint-nuclei.js';
import { SpacedPoints } from './spaced-points.js';
import { cover } from './stain-planes.js';
import type { Structure } from './structure.js';

/** Paints a thin limb: as round as an arteriole, but walled by epithelium with round nuclei. */
export function paintLimb(brush: Brush, structure: Structure): void {
  const { planes, scale, noise, texture, random } = brush;
  const { size } = planes;
  const { left, top, width, height, mask, depth } = structure.patch;
  const epithelium = random.uniform(9, 12);
  const points = new SpacedPoints(size, 10 * scale);
  const nuclei: [number, number][] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (mask[at] === 0) continue;
      const [px, py] = [left + x, top + y];
      const pixel = py * size + px;
      const d = depth[at] / scale;
      const blotch = noise(px / (6 * scale), py / (6 * scale));
      const grain = texture(px, py);
      const surface = epithelium + 1.8 * blotch + 0.4 * grain;
      cover(planes, pixel, 0.42 + 0.12 * grain + 0.1 * blotch, 0.27 + 0.05 * grain, 1);
      cover(planes, pixel, 0.05 + 0.02 * grain, 0.03, smoothstep(surface - 1, surface + 1.2, d));
      cover(planes, pixel, 1.22 + 0.1 * grain, 0.42, 0.88 * smoothstep(2.8, 1, d - 0.6 / scale));
      const inRow = Math.abs(d - 6.5) < 1.2;
      if (inRow && random.chance(0.08) && points.add(px, py, 10 * scale)) nuclei.push([px, py]);
    }
  for (const [x, y] of nuclei) {
    const long = random.uniform(3.8, 4.8) * scale;
    const chromatin = random.uniform(0.7, 1);
    paintNucleus(brush, { x, y, long, short: 0.9 * long, angle: 0, chromatin });
  }
}

/** Paints a hole or tear: bare glass with a frayed edge and no wall. */
export function paintGap({ planes, scale, texture, random }: Brush, structure: Structure): void {
  const { size } = planes;
  const { left, top, width, height, mask, depth } = structure.patch;
  const fray = structure.kind === 'tear' ? 1.5 : 0.5;
  const haze = random.uniform(0, 0.1);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (mask[at] === 0) continue;
      const grain = texture(left + x, top + y);
      const edge = fray * (1 + 0.8 * grain);
      const opacity = smoothstep(edge - 0.6, edge + 1, depth[at] / scale);
      const pixel = (top + y) * size + left + x;
      cover(planes, pixel, 0.04 + haze * (1 + 0.3 * grain), 0.03 + haze / 2, opacity);
    }
}
