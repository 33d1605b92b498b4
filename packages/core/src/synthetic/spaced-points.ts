/** Points of a tile no nearer to each other than asked, found through a grid. */
export class SpacedPoints {
  private readonly cells = new Map<number, [number, number][]>();
  private readonly pitch: number;

  /** @param farthest the largest distance that will be asked for, in pixels: the grid's pitch. */
  constructor(
    size: number,
    private readonly farthest: number,
  ) {
    this.pitch = Math.ceil(size / farthest) + 2;
  }

  /** Adds the point and returns true, or returns false where another lies within `distance`. */
  add(x: number, y: number, distance: number): boolean {
    const column = Math.floor(x / this.farthest) + 1;
    const row = Math.floor(y / this.farthest) + 1;
    for (let r = row - 1; r <= row + 1; r++)
      for (let c = column - 1; c <= column + 1; c++)
        for (const [px, py] of this.cells.get(r * this.pitch + c) ?? [])
          if ((px - x) ** 2 + (py - y) ** 2 < distance * distance) return false;
    const key = row * this.pitch + column;
    const cell = this.cells.get(key);
    if (cell === undefined) this.cells.set(key, [[x, y]]);
    else cell.push([x, y]);
    return true;
  }
}
