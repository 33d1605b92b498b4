import type { RunSplit } from './config.js';

/** The tiles that a run's weights were trained on, in it or in the runs they began with: each once. */
export function seenTiles({ train, earlier }: Pick<RunSplit, 'train' | 'earlier'>): string[] {
  return [...new Set([...train, ...earlier])];
}
