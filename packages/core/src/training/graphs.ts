import {
  adam,
  balancedBce,
  evaluationGraph,
  type Graph,
  type Optimiser,
  type Target,
  type TrainingStep,
  trainingStep,
} from '@vascula/autograd';
import {
  buildModel,
  type Model,
  type NetworkSpec,
  type ParameterSource,
  sizeMultiple,
} from '../models/index.js';
import { roundUp } from '../prediction/image-tensor.js';
import type { Recipe } from './recipe.js';

/** What decides the graphs of a training. */
export interface TrainingSetup {
  readonly spec: NetworkSpec;
  readonly recipe: Pick<Recipe, 'batch' | 'microBatch' | 'crop' | 'negativeWeight'>;
  /** Size of the tiles that are validated on. */
  readonly tileSize: { readonly width: number; readonly height: number };
}

export interface TrainingGraphs {
  readonly model: Model;
  readonly loss: ReturnType<typeof balancedBce>;
  readonly optimiser: Optimiser;
  readonly step: TrainingStep;
  /** One whole tile: the loss's sums and `probability`. */
  readonly validation: Graph;
}

/**
 * The graphs of a training, with `parameters` as initial values.
 *
 * The loss divides by the numbers of positive and negative pixels of the whole batch, which are fed:
 * the losses of its micro-batches, and so their gradients, add up to those of the batch.
 */
export function trainingGraphs(
  { spec, recipe, tileSize }: TrainingSetup,
  parameters: ParameterSource,
  target: Target,
): TrainingGraphs {
  const { batch, microBatch, crop } = recipe;
  const model = buildModel(spec, { batch: microBatch, height: crop, width: crop }, parameters);
  const loss = balancedBce(recipe.negativeWeight);
  const optimiser = adam();
  const step = trainingStep({
    graph: model.graph,
    trainable: model.parameters.filter((p) => p.trainable).map((p) => p.name),
    loss: (g) => {
      const logits = g.value('logits');
      return loss.combine(g, {
        ...loss.sums(g, logits, g.input('mask', 'float32', logits.shape)),
        positives: g.input('positives', 'float32', []),
        negatives: g.input('negatives', 'float32', []),
      });
    },
    optimiser,
    update: microBatch < batch ? 'summed' : 'apart',
    target,
    // Channels of networks trained elsewhere may have a mean of many deviations.
    centredNorms: spec.architecture === 'onnx',
  });

  const multiple = sizeMultiple(spec);
  const whole = buildModel(
    spec,
    {
      batch: 1,
      height: roundUp(tileSize.height, multiple),
      width: roundUp(tileSize.width, multiple),
    },
    ({ name }) => model.graph.initialisers.get(name)?.data as Float32Array,
  );
  const validation = evaluationGraph(whole.graph, step, (g) => {
    // What was added to the tile to reach the network's multiple does not count.
    const logits = g.apply('Slice', [
      g.value('logits'),
      g.ints([0, 0]),
      g.ints([tileSize.height, tileSize.width]),
      g.ints([2, 3]),
    ]);
    const mask = g.input('mask', 'float32', logits.shape);
    return { ...loss.sums(g, logits, mask), probability: g.apply('Sigmoid', [logits]) };
  });
  return { model, loss, optimiser, step, validation };
}
