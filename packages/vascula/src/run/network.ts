import { InputError, type NetworkSpec, openOnnx } from '@vascula/core';
import { readOnnxSource } from './onnx-source.js';
import { type Run, runFiles } from './run-folder.js';

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
