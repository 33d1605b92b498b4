import {
  type DatasetIndex,
  type DatasetOptions,
  type FaultKind,
  type ImageSize,
  indexDataset,
  type WarningKind,
} from '../dataset/index.js';
import { type Finding, FindingList } from './findings.js';
import { checkImages, type Watch } from './images.js';
import { type PairsSummary, summarisePairs } from './pairs.js';
import { type DatasetSummary, summarise, warnOfOutside } from './summary.js';

/** What `vascula check` found; also its `--json` document. */
export interface CheckReport {
  readonly folder: string;
  /** True where no fault was found. */
  readonly usable: boolean;
  readonly faults: readonly Finding<FaultKind>[];
  readonly warnings: readonly Finding<WarningKind>[];
  /** Null where there is no folder to speak of, or no readable image; of pairs the commonest. */
  readonly tileSize: ImageSize | null;
  /** Null where there is no folder to speak of. */
  readonly summary: CheckSummary | null;
  /** Of a dataset of pairs. */
  readonly pairs?: PairsSummary | undefined;
}

export interface CheckSummary extends DatasetSummary {
  readonly filesWithoutRow: number;
  /** Tiles whose pixels all equal another tile's, beyond the first of each. */
  readonly duplicateTiles: number;
  /** Outlines given twice in one tile, beyond the first of each. */
  readonly duplicatePolygons: number;
  readonly polygonsLeavingTile: number;
}

/**
 * Validates a dataset folder in full, decoding every image once, and collects all faults instead of
 * stopping at the first. Memory grows with the number of tiles and polygons by an index only.
 *
 * Warnings (repeated tiles or outlines, polygons leaving the tile, an opaque alpha channel, files that
 * are not read, optional parts missing) and rows without a file do not make a dataset unusable.
 * Throws where `signal` is aborted; faults of the data never throw.
 */
export async function checkDataset(
  folder: string,
  options: DatasetOptions = {},
  watch: Watch = {},
): Promise<CheckReport> {
  const found = new FindingList();
  const index = await indexDataset(folder, options, found);
  return checkIndexed(folder, index, found, watch);
}

/** The rest of `checkDataset`, for a folder that was indexed with `found` for its sink. */
export async function checkIndexed(
  folder: string,
  index: DatasetIndex | undefined,
  found: FindingList,
  watch: Watch = {},
): Promise<CheckReport> {
  if (index === undefined)
    return { folder, usable: false, ...found, tileSize: null, summary: null };
  const files = index.pairs
    ? index.tiles.map((pair) => ({ path: pair.file as string, pair }))
    : [...index.trainFiles.values(), ...index.testFiles.values()].map((path) => ({ path }));
  const { tileSize, pixels, duplicates } = await checkImages(files, found, watch);
  if (tileSize !== undefined) warnOfOutside(index.tiles, tileSize, found);
  const { faults, warnings } = found;
  const warned = (kind: WarningKind) => warnings.filter((warning) => warning.kind === kind).length;
  return {
    folder,
    usable: faults.length === 0,
    faults,
    warnings,
    tileSize: tileSize ?? null,
    summary: {
      ...summarise(index),
      filesWithoutRow: faults.filter(({ kind }) => kind === 'file-without-row').length,
      duplicateTiles: duplicates,
      duplicatePolygons: warned('duplicate-polygon'),
      polygonsLeavingTile: warned('outside-tile'),
    },
    ...(index.pairs && { pairs: summarisePairs(index, pixels) }),
  };
}
