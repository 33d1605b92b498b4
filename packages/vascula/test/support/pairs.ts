import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { pixels } from './folder.js';

/** A mask's values: a square of vessel in the background. */
export function square(width: number, height: number, vessel = 255): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x >= 4 && x < 12 && y >= 5 && y < 15 ? vessel : 0;
  });
}

/** A disc that reaches the sides, as of a fundus camera: 255 inside. */
export function disc(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const distance = Math.hypot(x - (width - 1) / 2, y - (height - 1) / 2);
    return distance <= Math.min(width, height) / 2 ? 255 : 0;
  });
}

export function grey(data: Uint8Array, width: number, height: number) {
  return sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
}

export function rgb(data: Uint8Array, width: number, height: number) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/**
 * A good dataset of pairs: an image of each format, of several sizes unless told one, with masks as PNG or GIF
 * and round fields of view. Sorted as letters `scan_10` would come before `scan_2`.
 */
export async function writeGoodPairs(folder: string, side?: number): Promise<void> {
  for (const name of ['images', 'masks', 'roi']) await mkdir(join(folder, name));
  const plan = [
    ['scan_1', 'tif', 40, 48],
    ['scan_2', 'png', 64, 40],
    ['scan_3', 'jpg', 48, 48],
    ['scan_10', 'gif', 40, 40],
  ] as const;
  for (const [at, [name, ending, wide, high]] of plan.entries()) {
    const [width, height] = [side ?? wide, side ?? high];
    const image = rgb(pixels(at, width, height), width, height);
    const encoded = {
      tif: () => image.tiff({ compression: 'lzw' }),
      png: () => grey(pixels(at, width, height, 1), width, height).png(),
      jpg: () => image.jpeg({ quality: 95 }),
      gif: () => image.gif(),
    }[ending]();
    await writeFile(join(folder, 'images', `${name}.${ending}`), await encoded.toBuffer());
    const mask = grey(square(width, height), width, height);
    const isGif = at % 2 === 1;
    await writeFile(
      join(folder, 'masks', `${name}_manual1.${isGif ? 'gif' : 'png'}`),
      await (isGif ? mask.gif() : mask.png()).toBuffer(),
    );
    const view = grey(disc(width, height), width, height);
    await writeFile(join(folder, 'roi', `${name}.png`), await view.png().toBuffer());
  }
}

export const goodPairs = { images: 'images/*', masks: 'masks/*', roi: 'roi/*.png' };
export const pairFlags = ['--images', 'images/*', '--masks', 'masks/*', '--roi', 'roi/*.png'];
