import {
  adam,
  balancedBce,
  evaluationGraph,
  flatten,
  lossOf,
  type Optimiser,
  type Program,
  type Runtime,
  scalar,
  type Tensor,
  type Tensors,
  type TrainingStep,
  trainingStep,
  unflatten,
} from '@vascula/autograd';
import type { SampleBatch } from '../augmentation/index.js';
import {
  buildModel,
  type ModelSpec,
  type Parameter,
  type ParameterSource,
  sizeMultiple,
} from '../models/index.js';
import { croppedMap, imageTensor, type RgbPixels, roundUp } from '../prediction/image-tensor.js';
import type { Recipe } from './recipe.js';

export interface TrainerOptions {
  readonly runtime: Runtime;
  readonly spec: ModelSpec;
  readonly recipe: Recipe;
  /** Size of the tiles that `validate` is given. */
  readonly tileSize: { readonly width: number; readonly height: number };
  /** Fresh parameters, or those of a checkpoint. */
  readonly parameters: ParameterSource;
  /** The optimiser's slots, those of a checkpoint; zeros where it is left out. */
  readonly slots?: (slot: Pick<Parameter, 'name' | 'shape'>) => Float32Array;
}

export interface TileValidation {
  /** float32, height * width. */
  readonly probability: Float32Array;
  /** The loss's sums over the tile; add them up and ask `validationLoss`. */
  readonly sums: Readonly<Record<string, number>>;
}

/** A network in training: weights and optimiser live in the runtime, this object drives it. */
export class Trainer {
  private constructor(
    private readonly options: TrainerOptions,
    private readonly loss: ReturnType<typeof balancedBce>,
    private readonly optimiser: Optimiser,
    private readonly plan: TrainingStep,
    private readonly frozen: ReadonlyMap<string, Tensor>,
    private readonly stepProgram: Program,
    private readonly validationProgram: Program,
  ) {}

  /** Builds the step and the validation graph, loads both, and puts the parameters in place. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { runtime, spec, recipe, tileSize, parameters } = options;
    const { batch, crop } = recipe;
    const model = buildModel(spec, { batch, height: crop, width: crop }, parameters);
    const loss = balancedBce(recipe.negativeWeight);
    const optimiser = adam();
    const plan = trainingStep({
      graph: model.graph,
      trainable: model.parameters.filter((p) => p.trainable).map((p) => p.name),
      loss: (g) => {
        const logits = g.value('logits');
        return lossOf(g, loss, logits, g.input('mask', 'float32', logits.shape));
      },
      optimiser,
      target: runtime.target,
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
    const validation = evaluationGraph(whole.graph, plan, (g) => {
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

    const vector = (data: Float32Array): Tensor => ({
      type: 'float32',
      shape: [data.length],
      data,
    });
    const initial = model.graph.initialisers;
    const weights = flatten(initial, plan.weights);
    const slot = (name: string) =>
      options.slots?.({ name, shape: [weights.length] }) ?? new Float32Array(weights.length);
    await runtime.writeState({
      weights: vector(weights),
      statistics: vector(flatten(initial, plan.statistics)),
      ...Object.fromEntries(plan.slots.map((name) => [name, vector(slot(name))])),
    });
    const held = new Set([...plan.weights, ...plan.statistics].map(({ name }) => name));
    const frozen = model.parameters.filter(({ name }) => !held.has(name));
    return new Trainer(
      options,
      loss,
      optimiser,
      plan,
      new Map(frozen.map(({ name }) => [name, initial.get(name) as Tensor])),
      await runtime.load(plan.graph),
      await runtime.load(validation),
    );
  }

  /** One optimisation step on a batch; `step` counts from 1 over the whole run. Gives the loss. */
  async step(batch: SampleBatch, step: number, learningRate: number): Promise<number> {
    const { recipe } = this.options;
    const scalars = this.optimiser.scalars(step, learningRate);
    const shape = (channels: number) => [recipe.batch, channels, batch.size, batch.size];
    const { loss } = await this.stepProgram.run({
      image: { type: 'float32', shape: shape(3), data: batch.image },
      mask: { type: 'float32', shape: shape(1), data: batch.mask },
      ...Object.fromEntries(
        Object.entries(scalars).map(([name, value]) => [`optimiser/${name}`, scalar(value)]),
      ),
    });
    return firstNumber(loss);
  }

  /** Probability and loss of one whole tile with the weights of the moment. */
  async validate(image: RgbPixels, mask: Uint8Array): Promise<TileValidation> {
    const { width, height } = image;
    const { probability, ...sums } = await this.validationProgram.run({
      image: imageTensor(image, sizeMultiple(this.options.spec)),
      mask: { type: 'float32', shape: [1, 1, height, width], data: Float32Array.from(mask) },
    });
    return {
      probability: croppedMap((probability as Tensor).data as Float32Array, width, image),
      sums: Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, firstNumber(sum)])),
    };
  }

  /** The loss over everything whose sums were added up. */
  validationLoss(sums: Readonly<Record<string, number>>): number {
    return this.loss.value(sums as Parameters<typeof this.loss.value>[0]);
  }

  /** Every parameter by name, and the optimiser's slots: all that a checkpoint needs. */
  async snapshot(): Promise<Map<string, Tensor>> {
    const { weights, statistics, slots } = this.plan;
    const state: Tensors = await this.options.runtime.readState([
      'weights',
      'statistics',
      ...slots,
    ]);
    const flat = (name: string) => (state[name] as Tensor).data as Float32Array;
    return new Map([
      ...unflatten(flat('weights'), weights),
      ...unflatten(flat('statistics'), statistics),
      ...this.frozen,
      ...slots.map((slot): [string, Tensor] => [slot, state[slot] as Tensor]),
    ]);
  }
}

function firstNumber(tensor: Tensor | undefined): number {
  return Number(tensor?.data[0]);
}
