import type {
  AnnotationType,
  DatasetIndex,
  FindingSink,
  ImageSize,
  Tile,
} from '../dataset/index.js';

/** Tiles of one slide under one dataset number. */
export interface GroupCount {
  readonly dataset: number;
  readonly source: number;
  readonly rows: number;
  readonly files: number;
  readonly labelled: number;
  readonly polygons: number;
}

/** Counts over a dataset folder. What a fault left out of reading is not in them. */
export interface DatasetSummary {
  /** Rows of `tile_meta.csv`. */
  readonly tiles: number;
  readonly trainFiles: number;
  readonly testFiles: number;
  readonly labelled: number;
  readonly slides: number;
  readonly rowsWithoutFile: number;
  /** Ordered by dataset, then source. */
  readonly groups: readonly GroupCount[];
  readonly polygons: Readonly<Record<AnnotationType, number>>;
}

export function summarise(index: DatasetIndex): DatasetSummary {
  const { tiles, trainFiles, testFiles, slides } = index;
  const polygons = { blood_vessel: 0, glomerulus: 0, unsure: 0 };
  for (const { labels } of tiles) {
    for (const { type } of labels?.polygons ?? []) polygons[type]++;
  }
  return {
    tiles: tiles.length,
    trainFiles: trainFiles.size,
    testFiles: testFiles.size,
    labelled: tiles.filter(({ labels }) => labels !== undefined).length,
    slides: slides.size,
    rowsWithoutFile: tiles.filter(({ file }) => file === undefined).length,
    groups: countGroups(tiles),
    polygons,
  };
}

function countGroups(tiles: readonly Tile[]): GroupCount[] {
  const groups = new Map<string, { -readonly [Name in keyof GroupCount]: GroupCount[Name] }>();
  for (const { dataset, source, file, labels } of tiles) {
    const key = `${dataset}/${source}`;
    const group = groups.get(key) ?? {
      dataset,
      source,
      rows: 0,
      files: 0,
      labelled: 0,
      polygons: 0,
    };
    groups.set(key, group);
    group.rows++;
    if (file !== undefined) group.files++;
    if (labels !== undefined) group.labelled++;
    group.polygons += labels?.polygons.length ?? 0;
  }
  return [...groups.values()].sort((a, b) => a.dataset - b.dataset || a.source - b.source);
}

/**
 * Warns of each polygon that leaves its tile. Pixel centres are at integers, so the tile reaches half
 * a pixel beyond its first and last centre.
 */
export function warnOfOutside(
  tiles: readonly Tile[],
  { width, height }: ImageSize,
  sink: FindingSink,
): void {
  for (const { labels } of tiles) {
    if (labels === undefined || 'mask' in labels) continue;
    for (const { at, minX, minY, maxX, maxY } of labels.polygons) {
      if (minX >= -0.5 && minY >= -0.5 && maxX <= width - 0.5 && maxY <= height - 0.5) continue;
      sink.warning('outside-tile', {
        path: labels.path,
        line: labels.line,
        field: `annotations[${at}].coordinates`,
        problem: `x ${minX} to ${maxX}, y ${minY} to ${maxY} leaves the tile of ${width} x ${height}`,
      });
    }
  }
}
