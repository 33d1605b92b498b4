/** What the squares of an epoch may be balanced by. */
export const balances = ['none', 'source'] as const;

/** Which squares an epoch is made of. */
export interface Sampling {
  /** Share of the squares (0 to 1) that are cut around a vessel pixel, drawn among those of the tile. */
  readonly foregroundShare: number;
  /** `source`: each (dataset, source) gives the same number of squares, however many tiles it has. */
  readonly balance: (typeof balances)[number];
}

/** Every place of every tile alike. */
export const evenSampling: Sampling = { foregroundShare: 0, balance: 'none' };
