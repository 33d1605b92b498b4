import {
  describeEvaluation,
  evaluateRun,
  neighbourWarning,
  type RunEvaluation,
  writeComparison,
} from '../evaluation/index.js';
import { claimEmptyFolder } from '../files/index.js';
import { jsonText } from '../run/index.js';
import { datasetOptions } from './data-flags.js';
import type { EvaluateFlags } from './evaluate.js';
import { notePrediction, runsOf } from './prediction-flags.js';
import { type Progress, startProgress } from './progress.js';
import { openRunDataset } from './run-dataset.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';

const titles = { val: 'Validation', train: 'Training', all: 'All labelled' };

/** Evaluates a run's best weights on this machine and prints the table. */
export async function evaluateHere(
  terminal: Terminal,
  folder: string,
  flags: EvaluateFlags,
): Promise<void> {
  const { run, request } = await runsOf(folder, flags);
  const { recipe } = run.config;
  const named = { folder: flags.data, ...datasetOptions(flags) };
  const dataset = await openRunDataset(run, named, 'Have they moved? Name the folder with --data');
  const { split, pictures, seed } = flags;
  const cutoff = flags.cutoff ?? recipe.cutoff;
  if (pictures !== undefined) await claimEmptyFolder(pictures);
  let progress: Progress | undefined;
  const evaluation = await withEngine(terminal, flags, (runtime) =>
    evaluateRun(
      run,
      dataset,
      runtime,
      { split, cutoff, seed, prediction: request },
      {
        progress(done, total) {
          progress ??= startProgress(terminal, { label: 'Evaluating', unit: 'tiles', total });
          progress.update(done);
        },
        async predicted(labelled, probability) {
          if (pictures !== undefined)
            await writeComparison(pictures, labelled, probability, cutoff);
        },
        signal: terminal.interrupted,
      },
    ).finally(() => progress?.finish()),
  );
  const warning = split === 'val' ? neighbourWarning(run.split) : undefined;
  if (warning !== undefined) terminal.err(`Warning: ${warning}\n`);
  await notePrediction(terminal, evaluation.prediction);
  const others = request.others ?? [];
  if (flags.cutoff === undefined && others.some((one) => one.config.recipe.cutoff !== cutoff))
    terminal.err(`Note: the cutoff is that of ${run.folder}; other runs have another.\n`);
  if (split === 'val' && evaluation.tiles.length < run.split.validation.length)
    terminal.err(
      `Note: ${evaluation.tiles.length} of ${run.split.validation.length} validation tiles: another run was ` +
        'trained on the rest.\n',
    );
  const { fold } = run.split;
  const of = split === 'all' || fold === undefined ? '' : ` (fold ${fold.number} of ${fold.of})`;
  terminal.out(
    flags.json
      ? jsonText(evaluation)
      : `${titles[split]} tiles${of}, weights of epoch ${evaluation.epoch}, cutoff ${cutoff}:\n` +
          describeEvaluation(evaluation) +
          (dataset.pairs ? imageNames(evaluation) : ''),
  );
}

/** Images have names, and the tables numbers. */
export function imageNames({ tiles }: Pick<RunEvaluation, 'tiles'>): string {
  const names = tiles.map(({ id, source }) => `${source} ${id}`);
  return `\nImages by source: ${names.join(', ')}\n`;
}
