import { type LabelMasks, labelColours, paintOutline, type RgbPixels } from '@vascula/core';
import sharp from 'sharp';

/** Longer side of the picture shown where a dot is hovered, px. */
const THUMBNAIL = 112;
/** Longer side of each panel of a sample, px. */
const PANEL = 256;
/** What does not count. */
const IGNORED_GREY = 128;
/** White between panels, px. */
const GAP = 8;

const structures = ['glomerulus', 'unsure', 'vessel'] as const;

/** An encoded picture with its size. */
export interface Jpeg {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The tile with its outlines, small. */
export async function thumbnail(
  image: RgbPixels,
  masks: LabelMasks | undefined,
): Promise<Uint8Array> {
  const { data, width, height } = masks === undefined ? image : outlined(image, masks);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(THUMBNAIL, THUMBNAIL, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 45 })
    .toBuffer();
}

/** The tile; where it has labels then also their masks, and their outlines over the tile. */
export async function sample(image: RgbPixels, masks: LabelMasks | undefined): Promise<Jpeg> {
  const panels =
    masks === undefined ? [image] : [image, painted(image, masks), outlined(image, masks)];
  const { data, width, height } = beside(
    await Promise.all(panels.map((panel) => shrunk(panel, PANEL))),
  );
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 75 })
    .toBuffer();
  return { jpeg, width, height };
}

/** Thick enough to be seen once the tile is shrunk. */
function outlined(image: RgbPixels, masks: LabelMasks): RgbPixels {
  const copy = { ...image, data: Uint8Array.from(image.data) };
  const thickness = Math.max(1, Math.round(Math.max(image.width, image.height) / THUMBNAIL));
  greyOut(copy.data, masks, 0.5);
  for (const structure of structures)
    paintOutline(copy, masks[structure], labelColours[structure], thickness);
  return copy;
}

function painted({ width, height }: RgbPixels, masks: LabelMasks): RgbPixels {
  const data = new Uint8Array(3 * width * height);
  greyOut(data, masks, 1);
  for (const structure of structures) {
    const mask = masks[structure];
    const [red, green, blue] = labelColours[structure];
    for (let p = 0; p < mask.length; p++) {
      if (mask[p] === 0) continue;
      data[3 * p] = red;
      data[3 * p + 1] = green;
      data[3 * p + 2] = blue;
    }
  }
  return { width, height, data };
}

/** Mixes what is ignored with grey; `share` 1 is grey alone. */
function greyOut(data: Uint8Array, { ignored }: LabelMasks, share: number): void {
  if (ignored === undefined) return;
  for (let at = 0; at < data.length; at++)
    if (ignored[Math.floor(at / 3)] === 1)
      data[at] = share * IGNORED_GREY + (1 - share) * (data[at] as number);
}

async function shrunk({ data, width, height }: RgbPixels, side: number): Promise<RgbPixels> {
  const { data: small, info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: small, width: info.width, height: info.height };
}

/** Panels of one size in a row. */
function beside(panels: readonly RgbPixels[]): RgbPixels {
  const { width, height } = panels[0];
  const total = panels.length * (width + GAP) - GAP;
  const data = new Uint8Array(3 * total * height).fill(255);
  for (const [at, panel] of panels.entries())
    for (let y = 0; y < height; y++)
      data.set(
        panel.data.subarray(3 * y * width, 3 * (y + 1) * width),
        3 * (y * total + at * (width + GAP)),
      );
  return { data, width: total, height };
}
