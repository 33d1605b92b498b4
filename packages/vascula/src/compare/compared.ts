import type { RunResults, ScoredTiles } from '../report/index.js';

/** What is compared by its validation tiles: a run, or the folds of a cross-validation together. */
export interface Compared extends ScoredTiles, Pick<RunResults, 'dataset'> {
  /** What it is called on the page. */
  readonly name: string;
}
