import {
  type Architecture,
  describeOnnx,
  importOnnx,
  listParameters,
  type NetworkSpec,
  withLocalContrast,
} from '@vascula/core';
import { type OnnxSource, readOnnxSource } from '../run/index.js';
import { fineTuningRecipe, type Preset, type PresetName, preset } from '../training/index.js';
import { isOnnxPath } from './flags.js';
import { onnxWishes } from './onnx-flags.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';

export interface ChosenNetwork {
  readonly network: NetworkSpec;
  readonly source?: OnnxSource;
  readonly recipe: Preset['recipe'];
}

/**
 * The network and recipe that the flags ask for, without a plan; says what is assumed of a file, and what of it is trained.
 *
 * @throws InputError for a file that cannot be trained.
 */
export async function chooseNetwork(terminal: Terminal, flags: TrainFlags): Promise<ChosenNetwork> {
  if (!isOnnxPath(flags.model)) {
    return networkOfFlags(flags, preset(flags.preset as PresetName, flags.model as Architecture));
  }
  const source = await readOnnxSource(flags.model);
  const { spec, origins } = importOnnx(source.file, onnxWishes(flags), flags.model);
  const lines = [flags.model, ...describeOnnx(spec, origins), ...listParameters(spec)];
  terminal.err(`${lines.join('\n  ')}\n`);
  return { network: spec, source, recipe: fineTuningRecipe(flags.preset as PresetName) };
}

/** A network of ours: that of a preset or a plan, but for what flags say. */
export function networkOfFlags(flags: TrainFlags, { model, recipe }: Preset): ChosenNetwork {
  const network = {
    ...model,
    architecture: flags.model as Architecture,
    base: flags.base ?? model.base,
    depth: flags.depth ?? model.depth,
    kernel: flags.kernel ?? model.kernel,
    ...(flags.convolutions !== undefined && { convolutions: flags.convolutions }),
  };
  const side = flags.localContrast ?? model.localContrast ?? 0;
  return { network: withLocalContrast(network, side), recipe };
}
