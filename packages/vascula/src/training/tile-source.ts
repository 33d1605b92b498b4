import { type Draw, drawPlacement, type Recipe, type SampleBatch, sampleInto } from '@vascula/core';
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
  /** Decodes, augments and stacks the squares of a batch. */
  batch(draws: readonly Draw[], epoch: number, recipe: Recipe): Promise<SampleBatch>;
}

/** Labelled tiles with a file: what can be trained on and evaluated. */
export function labelledTiles(dataset: Dataset): readonly Tile[] {
  return dataset.tiles.filter((tile) => tile.labels !== undefined && tile.file !== undefined);
}

export function tileSource(dataset: Dataset): TileSource {
  const tiles = new Map(labelledTiles(dataset).map((tile) => [tile.id, tile]));
  const load = async (id: string): Promise<LabelledTile> => {
    const tile = tiles.get(id);
    if (tile === undefined) throw new RangeError(`${dataset.folder} has no labelled tile ${id}`);
    const image = await readTile(tile, dataset.tileSize);
    return { tile, image, mask: await tileMask(tile, 'blood_vessel', image) };
  };
  return {
    load,
    batch: async (draws, epoch, recipe) => {
      const { crop } = recipe;
      const area = crop * crop;
      const batch: SampleBatch = {
        image: new Float32Array(draws.length * 3 * area),
        mask: new Float32Array(draws.length * area),
        size: crop,
      };
      await Promise.all(
        draws.map(async (draw, slot) => {
          const { image, mask } = await load(draw.id);
          sampleInto(image, mask, drawPlacement(image, draw, epoch, recipe), batch, slot);
        }),
      );
      return batch;
    },
  };
}
