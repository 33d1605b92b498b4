import {
  addToReliability,
  emptyRanking,
  emptyReliability,
  type PixelRanking,
  type RankedPixels,
} from '../metrics/index.js';
import { groupBy } from '../tables/index.js';
import {
  type AssessedTile,
  type AssessmentRule,
  assessTile,
  type PredictedTile,
} from './assessed-tile.js';
import { type Assessment, assessmentFrame, assessmentRow, type PixelSums } from './assessment.js';

/** Bins of the calibration curve. */
const BINS = 15;

/**
 * Measures a network's predictions tile by tile and keeps no map: of a tile some 50 kB and 9 bytes
 * a detection, of each (dataset, source) 1 MB of pixel counts, however many tiles.
 */
export class Assessor {
  readonly #rule: AssessmentRule;
  readonly #tiles: AssessedTile[] = [];
  /** By `key`. */
  readonly #pixels = new Map<string, PixelSums>();

  constructor(rule: AssessmentRule) {
    this.#rule = rule;
  }

  /**
   * Measures one more tile.
   *
   * @throws RangeError as `assessTile`, or a probability that is not from 0 to 1
   */
  add(tile: PredictedTile): AssessedTile {
    const assessed = assessTile(tile, this.#rule);
    const id = key(assessed);
    const pixels = this.#pixels.get(id) ?? noPixels();
    this.#pixels.set(id, pixels);
    addToReliability(pixels.reliability, tile.probability, tile.truth);
    addRanked(pixels.ranking, assessed.ranked);
    this.#tiles.push(assessed);
    return assessed;
  }

  /** Takes in the tiles of another one with the same rule, as if they had been added here. */
  include(other: Assessor): void {
    for (const tile of other.#tiles) this.#tiles.push(tile);
    for (const [id, pixels] of other.#pixels) {
      const sums = this.#pixels.get(id) ?? noPixels();
      this.#pixels.set(id, sums);
      addCounts(sums.reliability, pixels.reliability);
      addCounts(sums.ranking, pixels.ranking);
    }
  }

  /** Everything about the tiles so far, overall and by (dataset, source). */
  assessment(seed: number): Assessment {
    const all = noPixels();
    for (const { reliability, ranking } of this.#pixels.values()) {
      addCounts(all.reliability, reliability);
      addCounts(all.ranking, ranking);
    }
    return {
      ...assessmentFrame(this.#tiles, this.#rule.instances, seed),
      overall: assessmentRow(this.#tiles, all, seed),
      groups: groupBy(this.#tiles, ['dataset', 'source']).map(({ key: group, rows }) => ({
        ...group,
        ...assessmentRow(rows, this.#pixels.get(key(group)) as PixelSums, seed),
      })),
    };
  }
}

function key({ dataset, source }: Pick<AssessedTile, 'dataset' | 'source'>): string {
  return JSON.stringify([String(dataset), String(source)]);
}

function noPixels(): PixelSums {
  return { reliability: emptyReliability(BINS), ranking: emptyRanking() };
}

function addRanked(to: PixelRanking, { bins, positives, negatives }: RankedPixels): void {
  for (let k = 0; k < bins.length; k++) {
    to.positives[bins[k]] += positives[k];
    to.negatives[bins[k]] += negatives[k];
  }
}

function addCounts<Name extends string>(
  to: Readonly<Record<Name, Float64Array>>,
  from: Readonly<Record<Name, Float64Array>>,
): void {
  for (const name of Object.keys(to) as Name[])
    for (let bin = 0; bin < to[name].length; bin++) to[name][bin] += from[name][bin];
}
