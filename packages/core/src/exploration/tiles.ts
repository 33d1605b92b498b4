import type { ColourStatistics } from './colour-statistics.js';
import type { LabelStatistics } from './label-statistics.js';

/** A row of a dataset's table of tiles, and what is there of it. */
export type TileEntry = {
  readonly id: string;
  readonly dataset: number;
  readonly source: number;
  /** Row and column of the upper-left corner in its slide, in slide pixels. */
  readonly i: number;
  readonly j: number;
  /** 1 where its image is there, else 0. */
  readonly files: 0 | 1;
  /** 1 where it has labels (an empty list of outlines is a label), else 0. */
  readonly labelled: 0 | 1;
  /** Outlines by class. */
  readonly vesselPolygons: number;
  readonly glomerulusPolygons: number;
  readonly unsurePolygons: number;
};

/** A tile whose image was read: what it shows, and what is labelled in it (null without labels). */
export type MeasuredTile = Pick<TileEntry, 'id' | 'dataset' | 'source' | 'i' | 'j' | 'labelled'> &
  ColourStatistics & { readonly [Name in keyof LabelStatistics]: LabelStatistics[Name] | null };

/** How a group of tiles, those of one slide under one dataset number, is called in figures. */
export function groupLabel({
  dataset,
  source,
}: {
  readonly dataset: string | number;
  readonly source: string | number;
}): string {
  return `dataset ${dataset}, slide ${source}`;
}
