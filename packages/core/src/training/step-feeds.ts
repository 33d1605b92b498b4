import { countTruth, type SummedLoss, scalar, type Tensor, type Tensors } from '@vascula/autograd';
import type { SampleBatch } from '../augmentation/index.js';
import { halvedTruth } from './deep-supervision.js';
import { levelInput } from './graphs.js';
import type { Recipe } from './recipe.js';

type Sizes = Pick<Recipe, 'batch' | 'microBatch'>;

/**
 * What the step is fed for one micro-batch of the batch after the other: images, the truth at as many levels
 * as the loss looks at, what it divides by, which is of the whole batch, and whether gradients are kept.
 */
export function* stepFeeds(
  batch: SampleBatch,
  sizes: Sizes,
  { divisors }: Pick<SummedLoss, 'divisors'>,
  levels: number,
): Generator<Tensors> {
  const truths = truthsOf(batch, levels);
  const counts = truths.flatMap(({ data }, level) => {
    const counted = countTruth(data, sizes.batch);
    return divisors.map((name) => [levelInput(name, level), scalar(counted[name])]);
  });
  let part = 0;
  for (const image of imageParts(batch, sizes)) {
    const masks = truths.map((truth, level) => [
      levelInput('mask', level),
      partOf(truth, sizes, part),
    ]);
    yield {
      image,
      ...Object.fromEntries([...masks, ...counts]),
      ...(sizes.microBatch < sizes.batch && { kept: scalar(part === 0 ? 0 : 1) }),
    };
    part++;
  }
}

/** The images of one micro-batch after the other. */
export function* imageParts({ image, size }: SampleBatch, sizes: Sizes): Generator<Tensor> {
  for (let part = 0; part < sizes.batch / sizes.microBatch; part++)
    yield partOf({ data: image, channels: 3, size }, sizes, part);
}

/** Squares of a batch, each of some planes. */
interface Planes {
  readonly data: Float32Array;
  readonly channels: number;
  readonly size: number;
}

/** The truth at full resolution, at half of it, and so on. */
function truthsOf({ mask, size }: SampleBatch, levels: number): readonly Planes[] {
  const truths: Planes[] = [{ data: mask, channels: 1, size }];
  while (truths.length < levels) {
    const finer = truths.at(-1) as Planes;
    const data = halvedTruth(finer.data, finer.size);
    truths.push({ data, channels: 1, size: finer.size / 2 });
  }
  return truths;
}

function partOf({ data, channels, size }: Planes, { microBatch }: Sizes, part: number): Tensor {
  const length = microBatch * channels * size * size;
  return {
    type: 'float32',
    shape: [microBatch, channels, size, size],
    data: data.slice(part * length, (part + 1) * length),
  };
}
