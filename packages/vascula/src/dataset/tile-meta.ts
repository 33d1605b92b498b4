import { z } from 'zod';
import { tileId, wholeNumber } from './cells.js';
import { readTable } from './csv-table.js';
import type { FindingSink } from './findings.js';

/** A row of `tile_meta.csv`. */
export interface TileMeta {
  readonly id: string;
  /** Slide the tile was cut from (`source_wsi`). */
  readonly source: number;
  /** 1: reviewed by experts; 2: labelled, not reviewed; 3: not labelled. */
  readonly dataset: number;
  /**
   * Column of the tile's upper-left corner in its slide, in pixels. That it is the column shows in the pixels:
   * the tile with i + 512 goes on at the right edge, the one with j + 512 at the lower edge.
   */
  readonly i: number;
  /** Row of the tile's upper-left corner in its slide, in pixels. */
  readonly j: number;
}

const schema = z.object({
  id: tileId,
  source_wsi: wholeNumber,
  dataset: wholeNumber,
  i: wholeNumber,
  j: wholeNumber,
});

export interface TileTable {
  readonly tiles: readonly TileMeta[];
  /** Ids of every row, the faulty ones too: their files and labels are not strays. Undefined: unread. */
  readonly ids?: ReadonlySet<string>;
}

/** Reads `tile_meta.csv`; faults, a repeated id among them, go to `sink`. */
export async function readTileMeta(path: string, sink: FindingSink): Promise<TileTable> {
  const table = await readTable(path, schema, sink);
  if (!table.readable) return { tiles: [] };
  const lines = new Map<string, number>();
  const tiles: TileMeta[] = [];
  for (const { line, key, row } of table.rows) {
    const earlier = lines.get(key);
    if (earlier === undefined) lines.set(key, line);
    else {
      const problem = `${key} is also in line ${earlier}`;
      sink.fault('duplicate-id', { path, line, field: 'id', problem, expected: 'one row a tile' });
    }
    if (row === undefined || earlier !== undefined) continue;
    const { id, source_wsi: source, dataset, i, j } = row;
    tiles.push({ id, source, dataset, i, j });
  }
  return { tiles, ids: new Set(lines.keys()) };
}
