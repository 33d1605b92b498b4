import { cutMap, extentOf, InputError, Mosaic, type Place, touchingGroups } from '@vascula/core';
import { readTileMeta, type TileMeta, throwFirstFault } from '../dataset/index.js';
import type { ImageFile } from './image-files.js';
import { type ImageMap, imageMaps } from './image-maps.js';
import { readImage, readImageSize, requireImageMemory } from './read-image.js';
import type { RunPredictor } from './run-predictor.js';

/** A tile of a slide and where it lies in it. */
export interface PlacedTile {
  readonly file: ImageFile;
  readonly place: Place;
}

/** Tiles of one slide that touch, or one that touches none. */
export interface TileGroup {
  /** Named after its slide and its corner; no file of that name need be there. */
  readonly name: string;
  readonly slide: Pick<TileMeta, 'dataset' | 'source'>;
  /** In the slide. */
  readonly extent: Place;
  readonly tiles: readonly PlacedTile[];
}

/**
 * Finds which tiles touch in their slide, by the rows of `tile_meta.csv` and the sizes of their files. Tiles of
 * different datasets are of one slide where its number is one.
 *
 * @throws InputError where the table is at fault or has no row for an image.
 */
export async function tileGroups(
  files: readonly ImageFile[],
  tileMeta: string,
): Promise<readonly TileGroup[]> {
  const { tiles } = await readTileMeta(tileMeta, throwFirstFault);
  const rows = new Map(tiles.map((tile) => [tile.id, tile]));
  const slides = new Map<number, { row: TileMeta; tile: PlacedTile }[]>();
  for (const file of files) {
    const row = rows.get(file.name);
    if (row === undefined)
      throw new InputError({
        path: tileMeta,
        field: 'id',
        problem: `has no row for ${file.path}`,
        expected: `the id ${file.name}`,
      });
    const { width, height } = await readImageSize(file.path);
    const tile = { file, place: { x: row.i, y: row.j, width, height } };
    slides.set(row.source, [...(slides.get(row.source) ?? []), { row, tile }]);
  }
  return [...slides].flatMap(([source, members]) =>
    touchingGroups(members.map(({ tile }) => tile.place)).map((group) => {
      const [first] = group;
      const chosen = group.map((index) => members[index].tile);
      const extent = extentOf(chosen.map(({ place }) => place));
      return {
        name: `slide-${source}-row-${extent.y}-column-${extent.x}`,
        slide: { dataset: members[first].row.dataset, source },
        extent,
        tiles: chosen,
      };
    }),
  );
}

/**
 * Predicts tiles that touch as one image: gives the map of each tile, cut from it, and then that of the whole.
 *
 * @throws InputError where a group is too large for the memory, or tiles that overlap show different pixels.
 */
export async function* stitchedMaps(
  groups: readonly TileGroup[],
  predictor: Pick<RunPredictor, 'predict' | 'tilingOf'>,
  signal: AbortSignal,
): AsyncGenerator<ImageMap> {
  for (const group of groups)
    if (group.tiles.length === 1)
      yield* imageMaps(
        group.tiles.map(({ file }) => file),
        predictor,
        signal,
      );
    else yield* groupMaps(group, predictor, signal);
}

async function* groupMaps(
  { name, extent, tiles }: TileGroup,
  { predict, tilingOf }: Pick<RunPredictor, 'predict' | 'tilingOf'>,
  signal: AbortSignal,
): AsyncGenerator<ImageMap> {
  requireImageMemory(`${name}, ${tiles.length} tiles`, extent);
  const mosaic = new Mosaic(extent.width, extent.height);
  for (const { file, place } of tiles) {
    signal.throwIfAborted();
    const different = mosaic.place(
      await readImage(file.path),
      place.x - extent.x,
      place.y - extent.y,
    );
    if (different > 0)
      throw new InputError({
        path: file.path,
        problem: `overlaps with another tile of its slide by tile_meta.csv, and ${different} of the pixels they share differ`,
        hint: 'One of the two is another tile, or its row has another place. Predict without --stitch',
      });
  }
  const image = mosaic.image();
  const tiling = tilingOf(image);
  const map = await predict(image);
  for (const { file, place } of tiles) {
    const { width, height } = place;
    const inside = { ...place, x: place.x - extent.x, y: place.y - extent.y };
    yield { file, width, height, probability: cutMap(map, extent.width, inside), tiling };
  }
  const { width, height } = image;
  yield { file: { name, path: name }, width, height, probability: map, tiling, mosaic: image };
}
