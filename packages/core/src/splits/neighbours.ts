import { groupTiles, type SplittableTile, type TileSplit } from './tile.js';

/**
 * The number of validation tiles that overlap or touch a training tile (`touchingTraining`). Where it
 * is not 0, the model was trained beside what it is judged on, and the validation score flatters it.
 */
export function neighboursAcrossSplit(
  tiles: readonly SplittableTile[],
  split: TileSplit,
  tileSize: number,
): number {
  return touchingTraining(tiles, split, tileSize).length;
}

/**
 * Ids of the validation tiles that overlap or touch a training tile of the same slide, by an edge or
 * a corner: corners at most `tileSize` apart on both axes. In the order of the split.
 *
 * @param tileSize side of a tile in slide pixels.
 * @throws RangeError where the split names a tile that is not among the tiles.
 */
export function touchingTraining(
  tiles: readonly SplittableTile[],
  split: TileSplit,
  tileSize: number,
): string[] {
  const byId = new Map(tiles.map((tile) => [tile.id, tile]));
  const find = (id: string): SplittableTile => {
    const tile = byId.get(id);
    if (tile === undefined) throw new RangeError(`the split names ${id}, which is no tile`);
    return tile;
  };
  // Tiles that touch lie in the same cell of a grid of tileSize, or in one of the eight around it.
  const cell = (value: number) => Math.floor(value / tileSize);
  const name = (source: string | number, row: number, column: number) =>
    `${row} ${column} ${source}`;
  const cells = groupTiles(split.train.map(find), (tile) =>
    name(tile.source, cell(tile.i), cell(tile.j)),
  );
  const touches = (tile: SplittableTile): boolean => {
    for (let row = cell(tile.i) - 1; row <= cell(tile.i) + 1; row++)
      for (let column = cell(tile.j) - 1; column <= cell(tile.j) + 1; column++)
        for (const other of cells.get(name(tile.source, row, column)) ?? [])
          if (Math.abs(other.i - tile.i) <= tileSize && Math.abs(other.j - tile.j) <= tileSize)
            return true;
    return false;
  };
  return split.validation.filter((id) => touches(find(id)));
}
