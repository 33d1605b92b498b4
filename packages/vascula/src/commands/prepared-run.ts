import type { NetworkSpec } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Plan } from '../plan/index.js';
import type { Checkpoint, OnnxSource, Run } from '../run/index.js';

/** A run to be carried out, from its last checkpoint where it has one. */
export interface Prepared {
  readonly run: Run;
  readonly network: NetworkSpec;
  /** The file that the network of a new run is made of, if any. */
  readonly source?: OnnxSource | undefined;
  readonly dataset: Dataset;
  readonly plan?: Plan | undefined;
  readonly checkpoint?: Checkpoint | undefined;
}
