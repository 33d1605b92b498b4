import { InputError, type NetworkSpec, openOnnx } from '@vascula/core';
import type { RunConfig } from './config.js';
import { type OnnxSource, readOnnxSource } from './onnx-source.js';
import { runFiles } from './run-files.js';
import type { Run } from './run-folder.js';

/**
 * The network of a run. That of an ONNX file is made of the copy in the run's folder, which is never changed.
 *
 * @throws InputError where the copy is missing, or another file than the run was started with.
 */
export async function networkOf({
  folder,
  config,
}: Pick<Run, 'folder' | 'config'>): Promise<NetworkSpec> {
  const { model } = config;
  if (model.architecture !== 'onnx') return model;
  const { source: path } = runFiles(folder);
  const { file, sha256 } = await readOnnxSource(path);
  if (sha256 !== model.sha256)
    throw new InputError({
      path,
      problem: `has the SHA-256 ${sha256}`,
      expected: `${model.sha256}, that of the network the run was started with`,
      hint: `Bring it back: it was read from ${model.file}`,
    });
  return openOnnx(file, model, path);
}

/** What `config.json` holds of a network; `source` is the file of one that was made of a file. */
export function networkConfig(
  network: NetworkSpec,
  source: OnnxSource | undefined,
): RunConfig['model'] {
  if (network.architecture !== 'onnx') return network;
  if (source === undefined) throw new RangeError('a network from a file without the file');
  const { output, outputChannel, outputKind, channelOrder, normalisation, sizeMultiple } = network;
  const { mean, std } = normalisation;
  return {
    architecture: 'onnx',
    file: source.path,
    sha256: source.sha256,
    output,
    outputChannel,
    outputKind,
    channelOrder,
    normalisation: { mean: [...mean], std: [...std] },
    freeze: [...network.freeze],
    sizeMultiple,
  };
}
