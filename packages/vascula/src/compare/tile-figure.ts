import { type Figure, pairedScatter } from '@vascula/core';
import sharp from 'sharp';
import { picturePath, type Thumbnail } from '../pages/index.js';
import { thumbnailName } from '../report/index.js';
import type { Compared } from './compared.js';
import { tilesOf } from './shared-tiles.js';

/** A dot for each tile that all runs validated: the first run's IoU against each other's. */
export function tileFigure(runs: readonly Compared[], ids: readonly string[]): Figure | undefined {
  const [first, ...others] = runs as [Compared, ...Compared[]];
  const across = tilesOf(first, ids);
  const one = others.length === 1 ? (others[0] as Compared).name : undefined;
  const each = one === undefined ? ', a panel for each other run' : '';
  return pairedScatter(
    {
      name: 'iou-by-tile',
      title: `IoU of each tile against ${first.name}`,
      caption:
        `A dot for each tile that all runs validated${each}: above the dashed line ${one ?? 'the other run'} ` +
        `scores higher than ${first.name}. Hover a dot to see the tile as each run predicts it, in the order ` +
        `${runs.map(({ name }) => name).join(', ')}.`,
      x: { label: `IoU of ${first.name} (0 to 1)` },
      y: { label: `IoU of ${one ?? 'the other run'} (0 to 1)` },
      domain: [0, 1],
    },
    others.flatMap((other) =>
      tilesOf(other, ids).map(({ id, iou }, at) => ({
        id,
        x: across[at]?.iou ?? null,
        y: iou,
        ...(one === undefined && { group: other.name }),
        picture: picturePath({ name: thumbnailName(id), jpeg: new Uint8Array() }),
      })),
    ),
  );
}

/** The overlays of all runs side by side, for each tile. */
export async function tileThumbnails(
  runs: readonly Compared[],
  ids: readonly string[],
): Promise<Thumbnail[]> {
  const thumbnails: Thumbnail[] = [];
  for (const id of ids) {
    const overlays = runs.map((run) => run.thumbnails.get(id) as Uint8Array);
    thumbnails.push({ name: thumbnailName(id), jpeg: await beside(overlays) });
  }
  return thumbnails;
}

async function beside(pictures: readonly Uint8Array[]): Promise<Uint8Array> {
  const gap = 4;
  const { width, height } = await sharp(pictures[0]).metadata();
  const places = pictures.map((input, at) => ({ input, left: at * (width + gap), top: 0 }));
  return sharp({
    create: {
      width: pictures.length * (width + gap) - gap,
      height,
      channels: 3,
      background: 'white',
    },
  })
    .composite(places.map(({ input, ...place }) => ({ input: Buffer.from(input), ...place })))
    .jpeg({ quality: 80, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
