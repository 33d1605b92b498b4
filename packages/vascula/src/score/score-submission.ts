import { type Detection, describeFault, dice, type Fault, InputError, iou } from '@vascula/core';
import type { Dataset, Tile } from '../dataset/index.js';
import type { ScoreOptions } from './options.js';
import { type ScoredTile, scoreDetections } from './scored-tile.js';
import { submissionRows } from './submission-rows.js';
import { type InstanceSummary, summariseInstances } from './summary.js';
import { tileTruth } from './truth.js';

export interface SubmissionRequest {
  readonly options: ScoreOptions;
  /** Labelled tiles that are scored: `all`, one without a row as one where nothing was found. */
  readonly tiles: 'all' | 'submitted';
  /** True scores what can be scored where rows are at fault. */
  readonly lenient: boolean;
  /** Of the bootstrap. */
  readonly seed: number;
}

/** What a row says of its tile, scored. */
export interface SubmittedTile extends Pick<Tile, 'id' | 'dataset' | 'source'> {
  readonly truths: number;
  readonly detections: number;
  /** Of all pixels of the masks together. */
  readonly iou: number;
  readonly dice: number;
}

/** Plain JSON. */
export interface SubmissionScore {
  readonly submission: string;
  /** Rows that can be scored. */
  readonly rows: number;
  /** Rows that cannot, each with its line and the reason. */
  readonly faults: readonly Fault[];
  /** Labelled tiles that no such row is of. */
  readonly missing: readonly string[];
  /** Masks without a pixel: wrong detections. */
  readonly emptyMasks: number;
  /** Null where rows are at fault and were not to be left out. */
  readonly score: InstanceSummary | null;
  readonly tiles: readonly SubmittedTile[];
}

/**
 * Scores a submission against the outlines of a dataset. Row by row: neither the file nor the masks
 * are held whole.
 *
 * @throws InputError where the file cannot be read, has no header, no row that can be scored, or more
 *   than 10,000 that cannot; and as `tileTruth`
 */
export async function scoreSubmission(
  path: string,
  dataset: Dataset,
  { options, tiles: wanted, lenient, seed }: SubmissionRequest,
  hooks: { progress?(done: number): void; signal: AbortSignal },
): Promise<SubmissionScore> {
  const labelled = new Map(
    dataset.tiles.flatMap((tile) => (tile.labels === undefined ? [] : [[tile.id, tile]])),
  );
  const faults: Fault[] = [];
  const submitted = new Set<string>();
  const scored = new Map<string, ScoredTile>();
  let emptyMasks = 0;
  const add = async (tile: Tile, detections: readonly Detection[]) => {
    scored.set(
      tile.id,
      scoreDetections(tile, await tileTruth(tile, dataset.tileSize), detections, options),
    );
    hooks.progress?.(scored.size);
  };
  for await (const { id, detections } of submissionRows(path, dataset, labelled, faults, hooks)) {
    submitted.add(id);
    emptyMasks += detections.filter(({ area }) => area === 0).length;
    // Without a score to come, the rest is read for its faults.
    if (faults.length === 0 || lenient) await add(labelled.get(id) as Tile, detections);
  }
  const missing = [...labelled.values()].filter(({ id }) => !submitted.has(id));
  const report = {
    submission: path,
    rows: submitted.size,
    faults,
    missing: missing.map(({ id }) => id),
    emptyMasks,
  };
  if (faults.length > 0 && !lenient) return { ...report, score: null, tiles: [] };
  if (submitted.size === 0)
    throw new InputError({
      path,
      problem: 'has no row that can be scored',
      expected: `rows of the ${labelled.size} labelled tiles of ${dataset.folder}`,
      ...(faults[0] && { hint: `The first at fault: ${describeFault(faults[0])}` }),
    });
  if (wanted === 'all')
    for (const tile of missing) {
      hooks.signal.throwIfAborted();
      await add(tile, []);
    }
  // In the order of the dataset, so that the order of rows makes no difference.
  const tiles = [...labelled.keys()].flatMap((id) => scored.get(id) ?? []);
  return {
    ...report,
    score: summariseInstances(tiles, options, seed),
    tiles: tiles.map(({ id, dataset, source, compared, pixels }) => ({
      id,
      dataset,
      source,
      truths: compared.truths,
      detections: compared.confidences.length,
      iou: iou(pixels),
      dice: dice(pixels),
    })),
  };
}
