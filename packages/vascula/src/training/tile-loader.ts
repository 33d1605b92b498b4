import type { Tile } from '../dataset/dataset.js';
import { readTile, tileTruth } from '../dataset/tile.js';
import type { ImageSize, RgbImage } from '../dataset/tile-image.js';
import { TileMemory } from '../dataset/tile-memory.js';

export interface DecodedTile {
  readonly image: RgbImage;
  /** 0, 1 and `IGNORED`, height * width: all vessels. */
  readonly mask: Uint8Array;
}

/** Decodes a tile and its truth; `size` is what it must measure where it does not say so itself. */
export type TileLoader = (tile: Tile, size: ImageSize) => Promise<DecodedTile>;

/** Decodes a tile and its truth; with `memory` they lie there. */
export async function loadTile(
  tile: Tile,
  size: ImageSize,
  memory?: TileMemory,
): Promise<DecodedTile> {
  const image = await readTile(tile, size, memory);
  return { image, mask: await tileTruth(tile, image, memory) };
}

/** Decodes again whenever asked, in the same memory: a tile is valid until the next is loaded. */
export function decodeAgain(): TileLoader {
  const memory = new TileMemory();
  return (tile, size) => loadTile(tile, size, memory);
}

/** Decodes each tile once and keeps it. */
export function keepDecoded(): TileLoader {
  const kept = new Map<string, DecodedTile>();
  return async (tile, size) => {
    const known = kept.get(tile.id);
    if (known !== undefined) return known;
    const decoded = await loadTile(tile, size);
    kept.set(tile.id, decoded);
    return decoded;
  };
}

/** Bytes of a decoded tile with its truth map. */
export function decodedBytes({ width, height }: ImageSize): number {
  return 4 * width * height;
}
