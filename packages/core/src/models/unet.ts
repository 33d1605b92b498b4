import type { Value } from '@vascula/autograd';
import type { NetworkBuilder } from './network.js';
import { convolutionsOf, type ModelSpec } from './spec.js';

/**
 * The notebook's U-Net (after Ronneberger et al. 2015): one convolution a level on the way down and up
 * unless the spec says otherwise (the paper has two), the last two levels equally wide, transposed
 * convolutions up, the skips concatenated behind them, and a 1 x 1 head.
 */
export function unet(network: NetworkBuilder, spec: ModelSpec, image: Value): Value {
  const convolutions = convolutionsOf(spec);
  const block = (name: string, input: Value, channels: number) => {
    let x = input;
    for (let i = 1; i <= convolutions; i++) {
      const number = i === 1 ? '' : i;
      x = network.conv(`${name}.conv${number}`, x, channels, spec.kernel);
      x = network.batchNormalization(`${name}.norm${number}`, x);
      x = network.relu(`${name}.relu${number}`, x);
    }
    return x;
  };
  const widest = spec.depth - 2;
  const skips: Value[] = [];
  let x = image;
  for (let down = 0; down < spec.depth; down++) {
    const name = `left${down + 1}`;
    if (down > 0) {
      skips.push(x);
      x = network.maxPool(`${name}.pool`, x);
    }
    x = block(name, x, spec.base * 2 ** Math.min(down, widest));
  }
  for (let step = 0; step < spec.depth - 1; step++) {
    const name = `right${step + 1}`;
    const channels = spec.base * 2 ** (widest - step);
    const up = network.convTranspose(`${name}.up`, x, channels, 4, 2);
    const skip = skips.pop() as Value;
    x = block(name, network.concatenate(`${name}.concat`, [up, skip]), channels);
    const level = widest - step;
    if (level > 0) network.coarserHead(level, x, spec.classes);
  }
  return network.conv('head', x, spec.classes, 1);
}
