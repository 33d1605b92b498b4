import { basename } from 'node:path';
import { opset, writeOnnx } from '@vascula/autograd';
import { inferenceGraph, metadataKeys } from '@vascula/core';
import { writeFileAtomic } from '../files/index.js';
import { type Run, runFiles, trainedModel } from '../run/index.js';

/**
 * Writes the run's best weights as `model.onnx`: batch normalisation folded, any size, probability out.
 * Gives its path.
 */
export async function exportModel(run: Run): Promise<string> {
  const { model, epoch } = await trainedModel(run);
  const described = run.config.model;
  const path = runFiles(run.folder).model;
  const metadata = {
    'vascula.model': JSON.stringify(
      // Where a file lay here is nobody else's business.
      described.architecture === 'onnx'
        ? { ...described, file: basename(described.file) }
        : described,
    ),
    'vascula.version': run.config.version,
    'vascula.epoch': `${epoch}`,
    'vascula.cutoff': `${run.config.recipe.cutoff}`,
    'vascula.input': 'image: float32 [batch, 3, height, width], RGB, 0 to 255',
    // What fine-tuning from this file has to know.
    [metadataKeys.channelOrder]: 'rgb',
    [metadataKeys.normalisation]: 'none',
    'vascula.output': 'probability: float32 [batch, 1, height, width], of blood vessel',
    'vascula.opset': `${opset}`,
  };
  await writeFileAtomic(path, writeOnnx(inferenceGraph(model), metadata));
  return path;
}
