import type { Brush } from './brush.js';
import { smoothstep } from './noise.js';
import { paintNucleus } from './paint-nuclei.js';
import { cover } from './stain-planes.js';
import type { Structure } from './structure.js';
import { vesselAnatomy } from './vessel-anatomy.js';

/**
 * Paints a vessel from its polygon: basement membrane at the rim, wall, lumen with plasma and red
 * cells, flat endothelial nuclei. Every pixel of the patch is covered, and no other is touched.
 */
export function paintVessel(brush: Brush, structure: Structure): void {
  const { planes, scale, noise, texture, random } = brush;
  const { size } = planes;
  const { left, top, width, height, mask, depth } = structure.patch;
  const { wall, muscular, pas, haematoxylin, redCells } = vesselAnatomy(
    structure.kind,
    scale,
    random,
  );
  const lining: [number, number][] = [];
  const deep: [number, number][] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (mask[at] === 0) continue;
      const [px, py] = [left + x, top + y];
      const pixel = py * size + px;
      const d = depth[at];
      const blotch = noise(px / (6 * scale), py / (6 * scale));
      const grain = texture(px, py);
      const inner = wall * (1 + (muscular ? 0.22 : 0.15) * blotch);
      cover(planes, pixel, pas * (1 + 0.25 * grain + 0.5 * blotch), haematoxylin, 1);
      const inWall = smoothstep(inner + 1.1, inner - 0.7, d);
      // Smooth muscle lies in rings about the lumen: waves of the depth.
      const layer = muscular ? Math.sin((2 * d) / scale + 3 * blotch + 0.4 * grain) : 0;
      const fibres = 0.8 + 0.16 * layer + 0.1 * grain;
      cover(planes, pixel, fibres, 0.33 - 0.1 * layer + 0.04 * grain, inWall);
      const rim = smoothstep(2.6 * scale, 0.8 * scale, d - 0.6);
      cover(planes, pixel, 1.22 + 0.1 * grain, 0.42, 0.88 * rim);
      if (Math.abs(d - wall) < 1 || (muscular && d > 3 && d < wall - 2)) lining.push([px, py]);
      if (d > wall + 2.2 * scale) deep.push([px, py]);
    }

  const within = (pixel: number): boolean => {
    const x = (pixel % size) - left;
    const y = Math.floor(pixel / size) - top;
    return x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  };
  if (redCells) paintRedCells(brush, deep, within);
  const nuclei = Math.round(lining.length / ((muscular ? 65 : 80) * scale * scale) + 0.3);
  for (let n = 0; n < nuclei; n++) {
    const [x, y] = lining[random.integer(lining.length)];
    const angle = wallDirection(structure, x - left, y - top);
    const long = random.uniform(4.5, 7) * scale;
    const short = random.uniform(1.9, 2.8) * scale;
    const chromatin = random.uniform(0.9, 1.3);
    paintNucleus(brush, { x, y, long, short, angle, chromatin }, within);
  }
}

/** Packs pale discs with a dark rim and a bright edge into the lumen. */
function paintRedCells(
  { planes, scale, texture, random }: Brush,
  spots: readonly [number, number][],
  within: (pixel: number) => boolean,
): void {
  if (spots.length === 0) return;
  const { size } = planes;
  const spacing = random.uniform(6, 8.5) * scale;
  const cells: [number, number][] = [];
  for (let tries = Math.ceil(spots.length / (6 * scale * scale)); tries > 0; tries--) {
    const [x, y] = spots[random.integer(spots.length)];
    if (cells.some(([a, b]) => (a - x) ** 2 + (b - y) ** 2 < spacing * spacing)) continue;
    cells.push([x, y]);
    const radius = scale * random.uniform(0.85, 1.1);
    const reach = Math.ceil(5.2 * radius);
    for (let row = Math.max(0, y - reach); row <= Math.min(size - 1, y + reach); row++)
      for (let column = Math.max(0, x - reach); column <= Math.min(size - 1, x + reach); column++) {
        const pixel = row * size + column;
        if (!within(pixel)) continue;
        const r = Math.hypot(column - x, row - y) / radius + 0.3 * texture(column, row);
        const rim = smoothstep(2.2, 3.2, r) * smoothstep(4.3, 3.4, r);
        const halo = smoothstep(3.6, 4.3, r);
        const pas = 0.22 + 0.25 * rim - 0.17 * halo;
        cover(planes, pixel, pas, 0.15 + 0.22 * rim - 0.1 * halo, smoothstep(5.2, 4.4, r));
      }
  }
}

/** Direction along the wall at a pixel of the patch: across the slope of the depth. */
function wallDirection({ patch }: Structure, x: number, y: number): number {
  const { width, height, depth } = patch;
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height ? 0 : depth[row * width + column];
  return Math.atan2(at(x, y + 2) - at(x, y - 2), at(x + 2, y) - at(x - 2, y)) + Math.PI / 2;
}
