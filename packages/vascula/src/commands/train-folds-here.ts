import type { Dataset } from '../dataset/index.js';
import { describeFolds, evaluateFolds, type FoldsEvaluation } from '../evaluation/index.js';
import { writeFileAtomic } from '../files/index.js';
import { type Folds, foldsFiles } from '../folds/index.js';
import { jsonText } from '../run/index.js';
import { resumeFolds, startFolds } from './begin-folds.js';
import type { IsGiven } from './plan-flags.js';
import { formatDuration, type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { trainUnfinished } from './train-unfinished.js';
import { withEngine } from './with-engine.js';

/**
 * Trains the folds of a cross-validation that are not finished, as many at once as is asked for, then evaluates all of
 * them together.
 */
export async function trainFoldsHere(
  terminal: Terminal,
  dir: string | undefined,
  flags: TrainFlags,
  isGiven: IsGiven,
): Promise<void> {
  const start = performance.now();
  const begun =
    flags.resume === undefined
      ? await startFolds(terminal, dir as string, flags, isGiven)
      : await resumeFolds(flags.resume, dir, flags);
  const { dataset } = begun;
  const { folds, results } = await trainUnfinished(terminal, begun, flags);
  if (results === undefined) return saved(terminal, folds.folder);
  const evaluation = await evaluateTogether(terminal, folds, dataset, flags);
  if (evaluation === undefined) return saved(terminal, folds.folder);
  await writeFileAtomic(foldsFiles(folds.folder).metrics, jsonText(evaluation));
  const { tiles: _, ...metrics } = evaluation;
  const seconds = (performance.now() - start) / 1000;
  terminal.out(
    flags.json
      ? jsonText({ folds: folds.folder, seconds, runs: results, metrics })
      : `${describeFolds(evaluation)}\nfolds    ${folds.folder}\ntime     ${formatDuration(seconds)}\n`,
  );
}

/** Undefined where Ctrl-C stopped it. */
async function evaluateTogether(
  terminal: Terminal,
  folds: Folds,
  dataset: Dataset,
  flags: TrainFlags,
): Promise<FoldsEvaluation | undefined> {
  const { device, recipe } = folds.record.config;
  const engine = { device: flags.device ?? device, threads: flags.threads };
  let progress: Progress | undefined;
  return evaluateFolds(
    folds,
    dataset,
    (task) => withEngine(terminal, engine, task),
    // The memory for it was asked for before the training, which validates the same tiles.
    {
      cutoff: recipe.cutoff,
      seed: 0,
      prediction: { available: Number.POSITIVE_INFINITY },
    },
    {
      progress(done, total) {
        progress ??= startProgress(terminal, { label: 'All folds', unit: 'tiles', total });
        progress.update(done);
      },
      signal: terminal.interrupted,
    },
  )
    .catch((error: unknown) => {
      if (error === terminal.interrupted.reason) return undefined;
      throw error;
    })
    .finally(() => progress?.finish());
}

function saved(terminal: Terminal, folder: string): void {
  terminal.err(`Saved. Go on with: vascula train --resume ${folder}\n`);
}
