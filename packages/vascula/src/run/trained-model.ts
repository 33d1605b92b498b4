import { buildModel, InputError, type Model, sizeMultiple, storedParameters } from '@vascula/core';
import { exists } from '../files/index.js';
import { readCheckpoint } from './checkpoint.js';
import { networkOf } from './network.js';
import { runFiles } from './run-files.js';
import type { Run } from './run-folder.js';

export interface TrainedModel {
  readonly model: Model;
  /** The epoch the weights are from, from 1. */
  readonly epoch: number;
}

/** The network of a run with its best weights; InputError where no epoch was finished yet. */
export async function trainedModel(run: Run): Promise<TrainedModel> {
  const { best } = runFiles(run.folder);
  if (!(await exists(best)))
    throw new InputError({
      path: run.folder,
      problem: 'holds no trained weights: no epoch was finished',
      expected: 'checkpoints/best.safetensors',
      hint: `Go on training with: vascula train --resume ${run.folder}`,
    });
  const { tensors, progress } = await readCheckpoint(best);
  const spec = await networkOf(run);
  // Large enough for whatever a network from a file does to its smallest maps.
  const side = sizeMultiple(spec) * Math.ceil(64 / sizeMultiple(spec));
  const size = { batch: 1, height: side, width: side };
  return {
    model: buildModel(spec, size, storedParameters(tensors, best)),
    epoch: progress.epochs,
  };
}
