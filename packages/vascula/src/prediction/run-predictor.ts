import type { Runtime } from '@vascula/autograd';
import {
  augmentedPredictor,
  averagePredictor,
  createPredictor,
  networkReach,
  type Predictor,
  predictionBytes,
  sizeMultiple,
  type TestTimeAugmentation,
  type Tiling,
  tiledPredictor,
} from '@vascula/core';
import type { ImageSize } from '../dataset/index.js';
import { type Run, type TrainedModel, trainedModel } from '../run/index.js';
import { availableMemory } from '../training/available-memory.js';
import {
  checkWishes,
  chooseTiling,
  type NetworkFacts,
  type TilingWishes,
} from './choose-tiling.js';

/** How probabilities are to be made, as flags say it. */
export interface PredictionRequest extends TilingWishes {
  /** Symmetries of the image that are averaged over; none unless told. */
  readonly tta?: TestTimeAugmentation;
  /** Runs whose probabilities are averaged with those of the first. */
  readonly others?: readonly Run[];
  /** Bytes that may be taken: what the machine has left at the time, unless told. */
  readonly available?: number;
}

/** How probabilities were made. Plain JSON. */
export interface PredictionRecord {
  /** The first one decides the rule and the cutoff, unless told otherwise. */
  readonly runs: readonly { readonly folder: string; readonly epoch: number }[];
  readonly tta: TestTimeAugmentation;
  /** As asked for; null where it was chosen for each image. */
  readonly window: number | 'whole' | null;
  readonly overlap: number | null;
  /** Images predicted at once, in windows that give the same, and in windows that were averaged. */
  readonly images: Readonly<Record<'whole' | 'exact' | 'blended', number>>;
}

/** Runs ready to predict. */
export interface RunPredictor {
  readonly predict: Predictor;
  /** Epoch of the first run's weights. */
  readonly epoch: number;
  /** How an image of that size is cut; null: not at all. */
  tilingOf(size: ImageSize): Tiling | null;
  /** What was done up to now. */
  record(): PredictionRecord;
}

/**
 * Opens runs with their best weights for prediction of images of any size: each network alone, in windows where
 * the memory asks for them, over the symmetries, then the mean of the networks.
 *
 * @param signal ends a prediction between windows
 * @throws InputError where a run has no weights, or windows do not suit a network; the prediction where an
 *   image does not fit into the memory.
 */
export async function openRunPredictor(
  run: Run,
  runtime: Runtime,
  { tta = 'none', others = [], available, ...wishes }: PredictionRequest,
  signal: AbortSignal,
): Promise<RunPredictor> {
  const members: (TrainedModel & { folder: string; predict: Predictor })[] = [];
  for (const one of [run, ...others]) {
    const trained = await trainedModel(one);
    const predict = createPredictor(runtime, trained.model);
    members.push({ ...trained, folder: one.folder, predict });
  }
  const facts = factsOf(members, runtime);
  checkWishes(wishes, facts);
  const chosen = new Map<string, Tiling | null>();
  const tilingOf = (size: ImageSize): Tiling | null => {
    const key = `${size.width} x ${size.height}`;
    const known = chosen.get(key);
    // A size that was predicted has its memory already, and takes no more.
    if (known !== undefined) return known;
    const maps = (tta === 'none' ? 4 : 11) + (others.length > 0 ? 4 : 0);
    const left = available ?? availableMemory() - process.memoryUsage.rss();
    const room = left - maps * size.width * size.height;
    const tiling = chooseTiling(size, facts, wishes, room);
    chosen.set(key, tiling);
    return tiling;
  };
  const images = { whole: 0, exact: 0, blended: 0 };
  const progress = () => signal.throwIfAborted();
  return {
    tilingOf,
    epoch: members[0].epoch,
    predict: async (image) => {
      const tiling = tilingOf(image);
      const map = await averagePredictor(
        members.map(({ predict }) =>
          augmentedPredictor(
            tiling === null
              ? predict
              : tiledPredictor(predict, tiling, facts.multiple, { progress }),
            tta,
          ),
        ),
      )(image);
      images[tiling === null ? 'whole' : tiling.exact ? 'exact' : 'blended']++;
      return map;
    },
    record: () => ({
      runs: members.map(({ folder, epoch }) => ({ folder, epoch })),
      tta,
      window: wishes.window ?? null,
      overlap: wishes.overlap ?? null,
      images: { ...images },
    }),
  };
}

/** Of all networks together: they stay loaded side by side. */
function factsOf(members: readonly TrainedModel[], { target }: Runtime): NetworkFacts {
  const reaches = members.map(({ model }) => networkReach(model));
  return {
    multiple: members
      .map(({ model }) => sizeMultiple(model.spec))
      .reduce((a, b) => (a * b) / greatestDivisor(a, b)),
    reach: reaches.every((reach) => reach !== undefined) ? Math.max(...reaches) : undefined,
    bytes: (size) =>
      members.reduce((sum, { model }) => sum + predictionBytes(model, size, target), 0),
  };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
