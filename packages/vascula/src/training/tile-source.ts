import { copiesPerTile } from '@vascula/core';
import type { Dataset, Tile } from '../dataset/index.js';
import { type DecodedTile, loadTile } from './tile-loader.js';

export interface LabelledTile extends DecodedTile {
  readonly tile: Tile;
}

/** Reads labelled tiles of a dataset when they are asked for; keeps none. */
export interface TileSource {
  load(id: string): Promise<LabelledTile>;
}

/** Labelled tiles with a file: what can be trained on and evaluated. */
export function labelledTiles(dataset: Dataset): readonly Tile[] {
  return dataset.tiles.filter((tile) => tile.labels !== undefined && tile.file !== undefined);
}

/**
 * Squares drawn an epoch from each tile that can be trained on: one number where all measure the same, else
 * by id, each in proportion to its own area.
 */
export function tileCopies(dataset: Dataset, crop: number): number | ReadonlyMap<string, number> {
  const { tileSize, smallestTile } = dataset;
  if (smallestTile === undefined) return copiesPerTile(tileSize, crop);
  return new Map(
    labelledTiles(dataset).map(({ id, size = tileSize }) => [id, copiesPerTile(size, crop)]),
  );
}

export function tileSource(dataset: Dataset): TileSource {
  const tiles = new Map(labelledTiles(dataset).map((tile) => [tile.id, tile]));
  return {
    load: async (id) => {
      const tile = tiles.get(id);
      if (tile === undefined) throw new RangeError(`${dataset.folder} has no labelled tile ${id}`);
      return { tile, ...(await loadTile(tile, dataset.tileSize)) };
    },
  };
}
