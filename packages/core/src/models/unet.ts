import type { Value } from '@vascula/autograd';
import type { NetworkBuilder } from './network.js';
import type { ModelSpec } from './spec.js';

/**
 * The notebook's U-Net (after Ronneberger et al. 2015): one convolution a level on the way down, the
 * last two levels equally wide, transposed convolutions up, the skips concatenated behind them, and a
 * 1 x 1 head.
 */
export function unet(network: NetworkBuilder, spec: ModelSpec, image: Value): Value {
  const block = (name: string, x: Value, channels: number) =>
    network.relu(
      `${name}.relu`,
      network.batchNormalization(
        `${name}.norm`,
        network.conv(`${name}.conv`, x, channels, spec.kernel),
      ),
    );
  const widest = spec.depth - 2;
  const skips: Value[] = [];
  let x = network.rescaling(image);
  for (let level = 0; level < spec.depth; level++) {
    const name = `left${level + 1}`;
    if (level > 0) {
      skips.push(x);
      x = network.maxPool(`${name}.pool`, x);
    }
    x = block(name, x, spec.base * 2 ** Math.min(level, widest));
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
