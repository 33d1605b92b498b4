import { dice, iou, type Overlap, pool, precision, recall } from './overlap.js';

/** What is measured on one image at one cutoff. */
export interface ImageScore {
  readonly id: string;
  readonly dataset: string | number;
  readonly source: string | number;
  readonly counts: Overlap;
  /** As `rowIou` gives it. */
  readonly rowIou: number;
}

/**
 * Metrics of a set of images, all from 0 to 1, null where there is nothing to measure: without
 * images, precision without a predicted pixel, recall without a true one.
 */
export interface EvaluationRow {
  readonly images: number;
  /** Images whose truth is empty: each scores 1 where nothing was predicted, and 0 otherwise. */
  readonly emptyImages: number;
  /** IoU of each image, averaged: the headline. */
  readonly meanIou: number | null;
  /** Dice of each image, averaged. */
  readonly meanDice: number | null;
  /** IoU of all pixels together: large vessels weigh more, empty images only by false positives. */
  readonly pooledIou: number | null;
  readonly pooledDice: number | null;
  /** Of all pixels together, as recall. */
  readonly precision: number | null;
  readonly recall: number | null;
  /** The notebook's definition, averaged over images; see `rowIou`. */
  readonly rowIou: number | null;
  /** All pixels together. */
  readonly counts: Overlap;
}

export interface EvaluationGroup extends EvaluationRow {
  readonly dataset: string | number;
  readonly source: string | number;
}

/** Plain JSON. */
export interface Evaluation {
  readonly overall: EvaluationRow;
  /** One for each (dataset, source), in the order of dataset, then source. */
  readonly groups: readonly EvaluationGroup[];
}

/** Metrics over all images and for each (dataset, source). */
export function summarise(scores: readonly ImageScore[]): Evaluation {
  const groups = new Map<string, ImageScore[]>();
  for (const score of scores) {
    const key = JSON.stringify([String(score.dataset), String(score.source)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [score]);
    else group.push(score);
  }
  return {
    overall: summariseGroup(scores),
    groups: [...groups.values()]
      .map((group) => ({
        dataset: group[0].dataset,
        source: group[0].source,
        ...summariseGroup(group),
      }))
      .sort((a, b) => compare(a.dataset, b.dataset) || compare(a.source, b.source)),
  };
}

function summariseGroup(scores: readonly ImageScore[]): EvaluationRow {
  const counts = pool(scores.map((score) => score.counts));
  const some = scores.length > 0;
  return {
    images: scores.length,
    emptyImages: scores.filter((score) => recall(score.counts) === null).length,
    meanIou: mean(scores.map((score) => iou(score.counts))),
    meanDice: mean(scores.map((score) => dice(score.counts))),
    pooledIou: some ? iou(counts) : null,
    pooledDice: some ? dice(counts) : null,
    precision: precision(counts),
    recall: recall(counts),
    rowIou: mean(scores.map((score) => score.rowIou)),
    counts,
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Slide 2 before slide 10, and names by their letters. */
function compare(a: string | number, b: string | number): number {
  const numbers = Number(a) - Number(b);
  if (!Number.isNaN(numbers)) return numbers;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
