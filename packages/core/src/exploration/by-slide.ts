import { groupBy, mean, quantile } from '../tables/index.js';
import type { MeasuredTile } from './tiles.js';

/**
 * Colours of a slide over its tiles: means of `ColourStatistics`, and of each optical density the 10th
 * and 90th percentile of the tiles, between which four of five of them lie.
 */
export type SlideColour = {
  readonly source: number;
  readonly tiles: number;
  readonly meanRed: number | null;
  readonly meanGreen: number | null;
  readonly meanBlue: number | null;
  readonly densityRed: number | null;
  readonly densityRedLow: number | null;
  readonly densityRedHigh: number | null;
  readonly densityGreen: number | null;
  readonly densityGreenLow: number | null;
  readonly densityGreenHigh: number | null;
  readonly densityBlue: number | null;
  readonly densityBlueLow: number | null;
  readonly densityBlueHigh: number | null;
  readonly clearShare: number | null;
};

/** Colours by slide, labelled tiles or not, in the slides' order. */
export function colourBySlide(tiles: readonly MeasuredTile[]): SlideColour[] {
  return groupBy(tiles, ['source']).map(({ key, rows }) => ({
    source: key.source,
    tiles: rows.length,
    meanRed: mean(rows, 'meanRed'),
    meanGreen: mean(rows, 'meanGreen'),
    meanBlue: mean(rows, 'meanBlue'),
    densityRed: mean(rows, 'densityRed'),
    densityRedLow: quantile(rows, 'densityRed', 0.1),
    densityRedHigh: quantile(rows, 'densityRed', 0.9),
    densityGreen: mean(rows, 'densityGreen'),
    densityGreenLow: quantile(rows, 'densityGreen', 0.1),
    densityGreenHigh: quantile(rows, 'densityGreen', 0.9),
    densityBlue: mean(rows, 'densityBlue'),
    densityBlueLow: quantile(rows, 'densityBlue', 0.1),
    densityBlueHigh: quantile(rows, 'densityBlue', 0.9),
    clearShare: mean(rows, 'clearShare'),
  }));
}
