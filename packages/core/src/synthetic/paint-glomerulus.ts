import type { Brush } from './brush.js';
import { smoothstep } from './noise.js';
import { paintNucleus } from './paint-nuclei.js';
import { SpacedPoints } from './spaced-points.js';
import { cover } from './stain-planes.js';
import type { Structure } from './structure.js';

/**
 * Paints a glomerulus: Bowman's capsule, a white space of uneven width, and the tuft, whose capillary
 * loops have walls and pale lumens like vessels but are not annotated as such.
 */
export function paintGlomerulus(brush: Brush, structure: Structure): void {
  const { planes, scale, noise, texture, random } = brush;
  const { size } = planes;
  const { left, top, width, height, mask, depth } = structure.patch;
  const space = random.uniform(2, 7);
  const openness = random.uniform(-0.3, 0.1);
  const dense = random.uniform(0.9, 1.25);
  const points = new SpacedPoints(size, 10 * scale);
  const nuclei: [number, number][] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (mask[at] === 0) continue;
      const [px, py] = [left + x, top + y];
      const pixel = py * size + px;
      const d = depth[at] / scale;
      const grain = texture(px, py);
      const wide = noise(px / (55 * scale), py / (55 * scale));
      const bend = noise(px / (11 * scale) + 7, py / (11 * scale));
      const loops =
        noise((px + py) / (8 * scale) + 1.5 * bend, (px - py) / (8 * scale) - 1.5 * bend) +
        0.1 * grain;
      const surface = 4 + Math.max(0, space * (1 + 2.5 * wide)) + 3 * bend;
      const lumen = smoothstep(0.12, 0.42, loops + openness);
      const wall = smoothstep(0.3, 0.05, Math.abs(loops + openness - 0.12));
      const pas = 0.75 + 0.2 * bend + 0.12 * grain + 0.4 * wall;
      cover(planes, pixel, pas, 0.34 + 0.06 * grain + 0.12 * wall, 1);
      cover(planes, pixel, 0.2 + 0.1 * bend + 0.04 * grain, 0.08, lumen);
      cover(planes, pixel, 0.06, 0.03, smoothstep(surface + 1, surface - 1, d + 0.7 * grain));
      cover(planes, pixel, 1.2 + 0.1 * grain, 0.4, smoothstep(4.4, 2.4, d));
      const inTuft = d > surface + 4 && lumen < 0.3;
      if (inTuft && random.chance(0.04) && points.add(px, py, 9 * scale)) nuclei.push([px, py]);
    }
  for (const [x, y] of nuclei) {
    const long = random.uniform(4.2, 6) * scale;
    const short = long * random.uniform(0.6, 0.95);
    const chromatin = dense * random.uniform(0.75, 1.1);
    paintNucleus(brush, { x, y, long, short, angle: random.uniform(0, Math.PI), chromatin });
  }
}
