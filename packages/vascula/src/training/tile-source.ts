import { type Dataset, type RgbImage, readTile, type Tile, tileMask } from '../dataset/index.js';

export interface LabelledTile {
  readonly tile: Tile;
  readonly image: RgbImage;
  /** 0/1, height * width: all vessels. */
  readonly mask: Uint8Array;
}

/** Reads labelled tiles of a dataset when they are asked for; keeps none. */
export interface TileSource {
  load(id: string): Promise<LabelledTile>;
}

/** Labelled tiles with a file: what can be trained on and evaluated. */
export function labelledTiles(dataset: Dataset): readonly Tile[] {
  return dataset.tiles.filter((tile) => tile.labels !== undefined && tile.file !== undefined);
}

export function tileSource(dataset: Dataset): TileSource {
  const tiles = new Map(labelledTiles(dataset).map((tile) => [tile.id, tile]));
  return {
    load: async (id) => {
      const tile = tiles.get(id);
      if (tile === undefined) throw new RangeError(`${dataset.folder} has no labelled tile ${id}`);
      const image = await readTile(tile, dataset.tileSize);
      return { tile, image, mask: await tileMask(tile, 'blood_vessel', image) };
    },
  };
}
