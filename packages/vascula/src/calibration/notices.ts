import type { RunCalibration } from './calibrate-run.js';

/** With fewer validation tiles, what is chosen on them hangs on single tiles. */
const FEW_TILES = 20;

/** What to know before the numbers are believed. */
export function calibrationNotices({
  run,
  tiles,
}: Pick<RunCalibration, 'run' | 'tiles'>): string[] {
  const notices: string[] = [];
  const { split } = run;
  if (tiles.length === 1)
    notices.push(
      'One validation tile only: the cutoff alone is chosen, and nothing can be said of other tiles.',
    );
  else if (tiles.length < FEW_TILES)
    notices.push(
      `Only ${tiles.length} validation tiles: what is chosen on them hangs on single tiles. Believe the ` +
        'score out of fold, and its interval, more than the score on the tiles chosen on.',
    );
  if (split.neighbours > 0)
    notices.push(
      `${split.neighbours} of ${tiles.length} validation tiles touch or overlap a training tile of their slide` +
        `${run.config.split.by === 'random' ? ', as a random split has it' : ''}: the network is surer there ` +
        'than on a new slide, so that cutoffs chosen here may be too high, and scores are too good. ' +
        'Train with --split slide to keep slides apart.',
    );
  const slides = new Set(tiles.map(({ tile }) => tile.source));
  if (tiles.length > 1 && slides.size === 1)
    notices.push(
      'All validation tiles are of one slide: how a rule chosen here does on others is not known.',
    );
  return notices;
}
