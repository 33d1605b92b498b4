import { Command, Option } from 'commander';
import { commaList, finiteNumber, integerBetween, iouThreshold } from './flags.js';
import { NegativeOutcome } from './outcome.js';
import { type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

interface Flags {
  readonly polygons?: readonly string[];
  readonly iou: number;
  readonly confidence?: number;
  readonly unsure: 'background' | 'ignored';
  readonly glomeruli: 'counted' | 'ignored';
  readonly emptyTiles: 'counted' | 'left-out';
  readonly tiles: 'all' | 'submitted';
  readonly lenient?: true;
  readonly seed: number;
  readonly json?: true;
}

/** `vascula score SUBMISSION.csv DIR`: any submission in the competition's format against outlines. */
export function scoreCommand(terminal: Terminal): Command {
  return new Command('score')
    .description("Score a submission.csv against a dataset's outlines: average precision and more.")
    .argument('<submission>', "file in the competition's format: id,height,width,prediction_string")
    .argument('<dir>', 'dataset folder with the outlines of the tiles')
    .option(
      '--polygons <files>',
      'label files, separated by commas, in DIR or from here (default: polygons.jsonl)',
      commaList,
    )
    .option('--iou <x>', 'IoU at which a vessel is found, above 0', iouThreshold, 0.6)
    .option(
      '--confidence <c>',
      'count detections from this confidence on, in all but AP (default: all)',
      finiteNumber,
    )
    .addOption(
      new Option('--unsure <rule>', 'what is found in places that experts could not call')
        .choices(['background', 'ignored'])
        .default('background'),
    )
    .addOption(
      new Option('--glomeruli <rule>', 'what is found inside a glomerulus')
        .choices(['counted', 'ignored'])
        .default('counted'),
    )
    .addOption(
      new Option('--empty-tiles <rule>', 'tiles without a vessel')
        .choices(['counted', 'left-out'])
        .default('counted'),
    )
    .addOption(
      new Option('--tiles <which>', 'labelled tiles to score')
        .choices(['all', 'submitted'])
        .default('all'),
    )
    .option('--lenient', 'leave out rows that cannot be scored, and score the rest')
    .option('--seed <k>', "of the bootstrap's resamples", integerBetween(0, 2 ** 32 - 1), 0)
    .option('--json', 'print one JSON document, with every tile and every fault')
    .addHelpText(
      'after',
      `
AP is the competition's: detections of all tiles ranked by confidence, each held against the vessel it
overlaps with best, found at the IoU while that vessel is free; the area under the curve at all points.

What the competition left open, and what is done unless told:
  --unsure background      a detection there is a false positive; ignored: it does not count where it
                           overlaps an unsure region better than any vessel, and by the IoU
  --glomeruli counted      as the competition's text says: false positives, since vessels inside were
                           not outlined; ignored: left out with more than half inside and no vessel met
  --empty-tiles counted    detections are false positives, IoU is 1 where there is none
  --tiles all              a labelled tile without a row is one where nothing was found

A row cannot be scored that is malformed, repeats a tile, or is of another size or of a tile that DIR has
no labels of. Each is printed with line and reason, and nothing is scored unless --lenient is given.

Exit status: 0 scored, 1 rows at fault (without --lenient), or no score possible.

Example:
  $ vascula score submission.csv hubmap --polygons polygons.jsonl,polygons_approx.jsonl`,
    )
    .action(async (submission: string, dir: string, flags: Flags) => {
      const [{ openDataset }, score, { jsonText }] = await Promise.all([
        import('../dataset/index.js'),
        import('../score/index.js'),
        import('../run/index.js'),
      ]);
      const dataset = await openDataset(dir, { polygons: flags.polygons });
      const total = dataset.tiles.filter(({ labels }) => labels !== undefined).length;
      let progress: Progress | undefined;
      const report = await score
        .scoreSubmission(
          submission,
          dataset,
          {
            options: {
              iou: flags.iou,
              minimumConfidence: flags.confidence ?? null,
              unsure: flags.unsure,
              glomeruli: flags.glomeruli,
              emptyTiles: flags.emptyTiles === 'counted' ? 'counted' : 'left out',
            },
            tiles: flags.tiles,
            lenient: flags.lenient === true,
            seed: flags.seed,
          },
          {
            progress(done) {
              progress ??= startProgress(terminal, { label: 'Scoring', unit: 'tiles', total });
              progress.update(done);
            },
            signal: terminal.interrupted,
          },
        )
        .finally(() => progress?.finish());
      terminal.err(score.describeNotices(report, flags.tiles));
      if (flags.json) terminal.out(jsonText(report));
      else if (report.score !== null) terminal.out(score.describeSummary(report.score));
      if (report.score === null) throw new NegativeOutcome();
    });
}
