import {
  countedInstances,
  countedProbability,
  findInstances,
  type Instance,
  type InstanceRule,
} from '../instances/index.js';
import {
  addToRanking,
  boundaryDistances,
  boundaryF,
  compareInstances,
  emptyRanking,
  FOUND_IOU,
  hausdorffDistance,
  type ImageScore,
  type MatchedImage,
  matchImage,
  type PixelRanking,
  type RankedPixels,
  rankedPixels,
  threshold,
} from '../metrics/index.js';

/**
 * How far a boundary may lie off, as a share of the image's diagonal: 5.8 pixels of a tile of 512 (see
 * `boundaryF`).
 */
export const BOUNDARY_TOLERANCE = 0.008;

/** A tile with its truth and what a network says of it. */
export interface PredictedTile {
  /** Of its mask at the cutoff. */
  readonly score: ImageScore;
  readonly width: number;
  readonly height: number;
  /** height*width, row-major, 0, 1 and `IGNORED`: all vessels. */
  readonly truth: Uint8Array;
  /** The same vessels one by one (`instancesOfOutlines`); they may overlap. */
  readonly vessels: readonly Instance[];
  /** height*width, 0 to 1. */
  readonly probability: Float32Array;
}

/** What is kept of a tile: numbers, no masks. */
export interface AssessedTile extends ImageScore {
  readonly matched: MatchedImage;
  /** 0 to 1; null where neither truth nor prediction has a boundary. */
  readonly boundaryF: number | null;
  /** Pixels; null where one of them has no boundary. */
  readonly hd95: number | null;
  /** How the tile's pixels rank. */
  readonly ranked: RankedPixels;
}

/** What is made of a probability map. */
export interface AssessmentRule {
  /** A pixel is vessel where its probability is above this, 0 to 1. */
  readonly cutoff: number;
  /** How vessels are told apart and how confident each is. */
  readonly instances: InstanceRule;
}

/**
 * Measures everything of one tile that its mask, its instances and the ranking of its pixels say. What is
 * predicted where pixels are ignored changes nothing.
 *
 * @throws RangeError arrays that do not fit the size, or a rule that makes no sense
 */
export function assessTile(
  { score, width, height, truth, vessels, probability }: PredictedTile,
  { cutoff, instances }: AssessmentRule,
): AssessedTile {
  const counted = countedProbability(probability, truth);
  const detections = countedInstances(
    findInstances(counted, width, height, instances),
    truth,
    width,
  );
  const compared = compareInstances({ id: score.id, truths: vessels, detections });
  const distances = boundaryDistances(truth, threshold(probability, cutoff), width, height);
  return {
    ...score,
    matched: matchImage(compared, FOUND_IOU),
    boundaryF: boundaryF(distances, BOUNDARY_TOLERANCE * Math.hypot(width, height)).f,
    hd95: hausdorffDistance(distances),
    ranked: rankedPixels(rankingOf(probability, truth)),
  };
}

function rankingOf(probability: Float32Array, truth: Uint8Array): PixelRanking {
  const ranking = emptyRanking();
  addToRanking(ranking, probability, truth);
  return ranking;
}
