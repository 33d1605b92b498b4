import { type Column, mean, type Row, sum, type Table } from '@vascula/core';
import type { Section } from '../pages/index.js';
import type { RunResults } from './results.js';

/** How long a run took; seconds, null where nothing was measured. */
export interface Timings {
  readonly epochs: number;
  readonly trainingSeconds: number;
  readonly epochSeconds: number | null;
  /** Share of the training time spent waiting for tiles to be read, 0 to 1. */
  readonly waitedShare: number | null;
  readonly predictedTiles: number;
  readonly predictionSeconds: number | null;
  readonly tileSeconds: number | null;
}

/** What times are told of. */
interface TimedRun extends Pick<RunResults, 'history' | 'tiles'> {
  readonly evaluation: { readonly predictionSeconds: number } | undefined;
}

export function timings({ history, evaluation, tiles }: TimedRun): Timings {
  const trainingSeconds = sum(history, 'seconds');
  const predictionSeconds = evaluation?.predictionSeconds ?? null;
  return {
    epochs: history.length,
    trainingSeconds,
    epochSeconds: mean(history, 'seconds'),
    waitedShare: trainingSeconds > 0 ? sum(history, 'waitedSeconds') / trainingSeconds : null,
    predictedTiles: tiles.length,
    predictionSeconds,
    tileSeconds: predictionSeconds === null ? null : predictionSeconds / tiles.length,
  };
}

const note =
  'Epochs hold training and validation, as they were measured on the machine that trained. Prediction ' +
  'was measured while this page was made: whole tiles one at a time, without reading them.';

const columns: readonly Column[] = [
  { name: 'run', label: 'run', kind: 'text' },
  { name: 'epochs', label: 'epochs', kind: 'integer' },
  { name: 'trainingSeconds', label: 'training', unit: 's', kind: 'number', digits: 1 },
  { name: 'epochSeconds', label: 'an epoch', unit: 's', kind: 'number', digits: 1 },
  { name: 'waitedPercent', label: 'waiting for tiles', unit: '%', kind: 'number', digits: 1 },
  { name: 'predictedTiles', label: 'tiles predicted', kind: 'integer' },
  { name: 'predictionSeconds', label: 'prediction', unit: 's', kind: 'number', digits: 2 },
  { name: 'tileMilliseconds', label: 'a tile', unit: 'ms', kind: 'number', digits: 0 },
];

/** What training and prediction took, a row for each run. */
export function timingsSection(runs: Parameters<typeof timingTable>[0]): Section {
  const table = timingTable(runs);
  return {
    id: 'timings',
    title: 'Timings',
    blocks: [{ kind: 'table', name: 'timings', title: 'Time spent', caption: note, table }],
  };
}

function timingTable(runs: readonly (TimedRun & Pick<RunResults, 'name'>)[]): Table {
  return {
    columns,
    rows: runs.map((results): Row => {
      const { waitedShare, tileSeconds, ...measured } = timings(results);
      return {
        run: results.name,
        ...measured,
        waitedPercent: waitedShare === null ? null : 100 * waitedShare,
        tileMilliseconds: tileSeconds === null ? null : 1000 * tileSeconds,
      };
    }),
  };
}
