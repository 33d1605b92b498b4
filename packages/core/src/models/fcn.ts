import type { Value } from '@vascula/autograd';
import type { NetworkBuilder } from './network.js';
import { convolutionsOf, type ModelSpec, sizeMultiple } from './spec.js';

/**
 * The notebook's fully convolutional network (after Long et al. 2015): three convolutions a level
 * unless the spec says otherwise,
 * max-pooling between levels, and one transposed convolution from the deepest level to the logits.
 */
export function fcn(network: NetworkBuilder, spec: ModelSpec, image: Value): Value {
  const convolutions = convolutionsOf(spec);
  let x = image;
  for (let level = 0; level < spec.depth; level++) {
    const name = `level${level + 1}`;
    if (level > 0) x = network.maxPool(`${name}.pool`, x);
    for (let i = 1; i <= convolutions; i++) {
      x = network.conv(`${name}.conv${i}`, x, spec.base * 2 ** level, spec.kernel);
      x = network.relu(`${name}.relu${i}`, network.batchNormalization(`${name}.norm${i}`, x));
    }
  }
  const scale = sizeMultiple(spec);
  return network.convTranspose('up', x, spec.classes, scale, scale);
}
