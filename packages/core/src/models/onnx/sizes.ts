import { type Graph, GraphError, specialise } from '@vascula/autograd';
import { InputError } from '../../errors.js';
import { explained } from './support.js';

/** Larger multiples are no longer looked for. */
const largestMultiple = 256;
/** Sizes of about this side are tried: none is too small for a network. */
const side = 192;

/** What images a network takes. */
export interface ImageSizes {
  /** Height and width must be multiples of this. */
  readonly sizeMultiple: number;
  /** False where the graph was made for one image at a time. */
  readonly batches: boolean;
  /** Channels of its output. */
  readonly channels: number;
}

/**
 * Finds out by the graph's shapes what images [N, 3, H, W] (input `image`) it takes, so that the output is
 * [N, C, H, W]: the smallest multiple of which every size does.
 *
 * @throws InputError where there is none: the graph is for one size, or its output is smaller.
 */
export function imageSizes(
  graph: Graph,
  output: string,
  variables: ReadonlySet<string>,
  declared: readonly (number | string)[],
  path: string,
): ImageSizes {
  const outputShape = (n: number, height: number, width: number): readonly number[] => {
    const sized = specialise(graph, { image: [n, 3, height, width] }, variables);
    return sized.outputs.find(({ name }) => name === output)?.shape as readonly number[];
  };
  const takes = (n: number, height: number, width: number): number | undefined => {
    try {
      const [batch, channels, ...sides] = outputShape(n, height, width);
      return batch === n && sides.join() === `${height},${width}` ? channels : undefined;
    } catch (error) {
      if (error instanceof GraphError) return undefined;
      throw error;
    }
  };
  for (let multiple = 1; multiple <= largestMultiple; multiple++) {
    const sizes = [0, 1, 2, 3].map((k) => multiple * (Math.ceil(side / multiple) + k));
    const pairs = sizes.map((size, k) => [size, sizes[(k + 1) % 4]] as [number, number]);
    const channels = pairs.map(([height, width]) => takes(1, height, width));
    const [first] = channels;
    if (first === undefined || channels.some((count) => count !== first)) continue;
    const [height, width] = pairs[0] as [number, number];
    return { sizeMultiple: multiple, batches: takes(2, height, width) === first, channels: first };
  }

  const [, , height, width] = declared;
  if (typeof height === 'number' && typeof width === 'number' && takes(1, height, width))
    throw new InputError({
      path,
      problem: `takes images of ${width} x ${height} pixels only`,
      expected: 'a network for images of any size',
      hint: 'Export it with dynamic_axes for height and width (docs/finetuning.md)',
    });
  // Of all sizes one that halves often; what is wrong with it is what there is to say.
  const shape = explained(path, () => outputShape(1, 256, 256));
  throw new InputError({
    path,
    problem: `gives an output of shape [${shape}] for an image of [1, 3, 256, 256]`,
    expected: '[1, C, 256, 256], a map as large as the image',
  });
}
