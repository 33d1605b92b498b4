import {
  evaluationGraph,
  type Graph,
  type GraphBuilder,
  type Optimiser,
  type SummedLoss,
  type Target,
  type TrainingStep,
  trainingStep,
  type Value,
} from '@vascula/autograd';
import {
  buildModel,
  levelLogits,
  type Model,
  type NetworkSpec,
  type ParameterSource,
  sizeMultiple,
} from '../models/index.js';
import { roundUp } from '../prediction/image-tensor.js';
import { averagedState } from './averages.js';
import { levelWeights, supervisedLevels } from './deep-supervision.js';
import { lossFor, optimiserFor } from './method.js';
import { type Method, methodDefaults, type Recipe } from './recipe.js';

/** What decides the graphs of a training. */
export interface TrainingSetup {
  readonly spec: NetworkSpec;
  /** What is left out of the method has its default. */
  readonly recipe: Pick<Recipe, 'batch' | 'microBatch' | 'crop' | 'negativeWeight'> &
    Partial<Method>;
  /** Size of the largest tile that is validated on. */
  readonly tileSize: ImageExtent;
}

export interface ImageExtent {
  readonly width: number;
  readonly height: number;
}

export interface TrainingGraphs {
  readonly model: Model;
  readonly loss: SummedLoss;
  readonly optimiser: Optimiser;
  readonly step: TrainingStep;
  /**
   * A whole image of a size that is a multiple of the network's, of which what was added is ignored in
   * `mask`: the loss's sums and `probability`, with the weights that are handed out.
   */
  validation(size: ImageExtent): Graph;
  /** The same for every size, in a slower form; a network from a file has none, since sizes are cut into its graph. */
  readonly portableValidation: (() => Graph) | undefined;
}

/**
 * The graphs of a training, with `parameters` as initial values.
 *
 * What the loss divides by, counts of the truth of the whole batch, is fed: the losses of its micro-batches,
 * and so their gradients, add up to those of the batch.
 */
export function trainingGraphs(
  { spec, recipe: given }: TrainingSetup,
  parameters: ParameterSource,
  target: Target,
): TrainingGraphs {
  const recipe = { ...methodDefaults, ...given };
  const { batch, microBatch, crop, deepSupervision } = recipe;
  const size = { batch: microBatch, height: crop, width: crop };
  const model = buildModel(spec, size, parameters, { deepSupervision });
  const loss = lossFor(recipe);
  const optimiser = optimiserFor(recipe);
  const step = trainingStep({
    graph: model.graph,
    trainable: model.parameters.filter((p) => p.trainable).map((p) => p.name),
    loss: (g) => trainingLoss(g, loss, supervisedLevels(recipe, spec)),
    optimiser,
    update: microBatch < batch ? 'summed' : 'apart',
    target,
    // Channels of networks trained elsewhere may have a mean of many deviations.
    centredNorms: spec.architecture === 'onnx',
  });

  const state = recipe.ema === 0 ? undefined : averagedState;
  const validation = ({ width, height }: ImageExtent, on = target) => {
    const whole = buildModel(spec, { batch: 1, height, width }, parameters);
    const outputs = (g: GraphBuilder) => {
      const logits = g.value('logits');
      const mask = g.input('mask', 'float32', logits.shape);
      return { ...loss.sums(g, logits, mask), probability: g.apply('Sigmoid', [logits]) };
    };
    return evaluationGraph(whole.graph, { ...step, target: on }, outputs, state);
  };
  return {
    model,
    loss,
    optimiser,
    step,
    validation: (extent) => validation(extent),
    portableValidation:
      spec.architecture === 'onnx'
        ? undefined
        : () => {
            const side = sizeMultiple(spec);
            // Convolutions in blocks are cut to one size.
            const plain = { ...target, channelBlock: undefined };
            return opened(validation({ width: side, height: side }, plain));
          },
  };
}

/** What an image measures as the network takes it. */
export function paddedSize({ width, height }: ImageExtent, spec: NetworkSpec): ImageExtent {
  const multiple = sizeMultiple(spec);
  return { width: roundUp(width, multiple), height: roundUp(height, multiple) };
}

/** The name of an input of the step for a level of resolution; level 0 is the full one. */
export function levelInput(name: string, level: number): string {
  return level === 0 ? name : `${name}/level${level}`;
}

function trainingLoss(g: GraphBuilder, loss: SummedLoss, levels: number): Value {
  const lossAt = (level: number) => {
    const logits = g.value(levelLogits(level));
    const mask = g.input(levelInput('mask', level), 'float32', logits.shape);
    const fed = loss.divisors.map((name) => [
      name,
      g.input(levelInput(name, level), 'float32', []),
    ]);
    return loss.combine(g, { ...loss.sums(g, logits, mask), ...Object.fromEntries(fed) });
  };
  if (levels === 1) return lossAt(0);
  return levelWeights(levels)
    .map((weight, level) => g.apply('Mul', [lossAt(level), g.scalar(weight)]))
    .reduce((sum, weighted) => g.apply('Add', [sum, weighted]));
}

/** The graph for any height and width: nothing in it but its inputs and outputs names a size. */
function opened(graph: Graph): Graph {
  const open = (channels: number) => [1, channels, 'height', 'width'];
  const channels: Readonly<Record<string, number>> = { image: 3, mask: 1, probability: 1 };
  const shape = <V extends Graph['inputs'][number]>(value: V): V => {
    const count = channels[value.name];
    return count === undefined ? value : { ...value, shape: open(count) };
  };
  return { ...graph, inputs: graph.inputs.map(shape), outputs: graph.outputs.map(shape) };
}
