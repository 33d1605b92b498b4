import { join } from 'node:path';

/** The files of a run. */
export function runFiles(folder: string) {
  return {
    config: join(folder, 'config.json'),
    split: join(folder, 'split.json'),
    /** What a planned run was planned as: each choice with its reason. */
    plan: join(folder, 'plan.json'),
    history: join(folder, 'history.jsonl'),
    /** The file a network from elsewhere was made of; runs of other networks have none. */
    source: join(folder, 'source.onnx'),
    /** State after the last finished step: weights, optimiser, place in the epoch. */
    last: join(folder, 'checkpoints', 'last.safetensors'),
    /** A copy of the weights it began with, where they are those of another run. */
    initial: join(folder, 'checkpoints', 'initial.safetensors'),
    /** Weights of the epoch with the lowest validation loss. */
    best: join(folder, 'checkpoints', 'best.safetensors'),
    /** The best weights, ready to run anywhere: batch norm folded, probability out. */
    model: join(folder, 'model.onnx'),
    /** The best weights evaluated on the validation tiles. */
    metrics: join(folder, 'metrics.json'),
    /** How instances are made of the best weights' probability maps, where that was chosen. */
    postprocessing: join(folder, 'postprocessing.json'),
    /** In a folder that holds the runs of a cross-validation instead of one run. */
    folds: join(folder, 'folds.json'),
  };
}
