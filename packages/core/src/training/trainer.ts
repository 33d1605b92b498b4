import {
  elementCount,
  finitenessGraph,
  flatLength,
  flatten,
  type Graph,
  type Program,
  type Runtime,
  type Slice,
  scalar,
  type Tensor,
  type Tensors,
  type TrainingStep,
  unflatten,
} from '@vascula/autograd';
import type { SampleBatch } from '../augmentation/index.js';
import {
  buildModel,
  emptyParameters,
  type Parameter,
  type ParameterSource,
  sizeMultiple,
} from '../models/index.js';
import { croppedMap, imageTensor, type RgbPixels } from '../prediction/image-tensor.js';
import { programsBySize } from '../prediction/programs-by-size.js';
import { IGNORED } from '../truth.js';
import {
  type AveragedVector,
  averagedParameters,
  averagedVectors,
  averageShare,
  averagingGraph,
} from './averages.js';
import { supervisedLevels } from './deep-supervision.js';
import {
  type ImageExtent,
  type TrainingGraphs,
  type TrainingSetup,
  trainingGraphs,
} from './graphs.js';
import { type Method, methodDefaults } from './recipe.js';
import { imageParts, stepFeeds } from './step-feeds.js';

export interface TrainerOptions extends TrainingSetup {
  readonly runtime: Runtime;
  /** Fresh parameters, or those of a checkpoint. */
  readonly parameters: ParameterSource;
  /**
   * The optimiser's slots and the moving averages, those of a checkpoint; where it is left out zeros, and
   * averages that start from the parameters.
   */
  readonly slots?: (slot: Pick<Parameter, 'name' | 'shape'>) => Float32Array;
}

export interface TileValidation {
  /** float32, height * width. */
  readonly probability: Float32Array;
  /** The loss's sums over the tile; add them up and ask `validationLoss`. */
  readonly sums: Readonly<Record<string, number>>;
}

/** The first thing in a network, from its input on, that holds a number that is not finite. */
export interface NonFinite {
  readonly kind: 'weights' | 'output';
  /** Of the parameter, or of the layer. */
  readonly name: string;
}

/** A network in training: weights and optimiser live in the runtime, this object drives it. */
export class Trainer {
  private constructor(
    private readonly options: Pick<TrainerOptions, 'runtime' | 'spec'> & {
      readonly recipe: TrainerOptions['recipe'] & Method;
    },
    private readonly graphs: Pick<TrainingGraphs, 'loss' | 'optimiser'>,
    private readonly plan: Omit<TrainingStep, 'graph' | 'update'>,
    /** Parameters that no step changes. */
    private readonly frozen: ReadonlyMap<string, Tensor>,
    private readonly programs: {
      readonly step: Program;
      readonly update: Program;
      /** Of the moving averages, each for a state entry. */
      readonly averages: readonly Program[];
      readonly validation: (size: ImageExtent) => Promise<Program>;
    },
  ) {}

  /** Builds the graphs of a step, loads them, and puts the parameters in place. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { runtime, spec, parameters } = options;
    const recipe = { ...methodDefaults, ...options.recipe };
    // Built without values, so that large weights are in memory once: in their vector.
    const graphs = trainingGraphs(options, emptyParameters, runtime.target);
    const { model, loss, optimiser, step } = graphs;
    const byName = new Map(model.parameters.map((parameter) => [parameter.name, parameter]));
    const values = {
      get(name: string): Tensor {
        const parameter = byName.get(name) as Parameter;
        return { type: 'float32', shape: parameter.shape, data: parameters(parameter) };
      },
    };
    const held = new Set([...step.weights, ...step.statistics].map(({ name }) => name));
    const frozen = new Map(
      [...byName.keys()].filter((name) => !held.has(name)).map((name) => [name, values.get(name)]),
    );
    const vector = (data: Float32Array): Tensor => ({
      type: 'float32',
      shape: [data.length],
      data,
    });
    const zeros = { type: 'float32' as const, shape: [flatLength(step.weights)] };
    const stored = (name: string, length: number) => {
      const data = options.slots?.({ name, shape: [length] });
      return data && vector(data.slice());
    };
    const slot = (name: string) => stored(name, flatLength(step.weights)) ?? zeros;
    const averaged = averagedVectors(recipe, step);
    const first = ({ average, layout }: AveragedVector) =>
      stored(average, flatLength(layout)) ?? vector(flatten(values, layout));
    await runtime.writeState(
      {
        weights: vector(flatten(values, step.weights)),
        statistics: vector(flatten(values, step.statistics)),
        ...Object.fromEntries(step.slots.map((name) => [name, slot(name)])),
        ...Object.fromEntries(averaged.map((one) => [one.average, first(one)])),
        ...(optimiser.constants?.includes('decayed') && {
          'optimiser/decayed': vector(decayed(step.weights, byName)),
        }),
        gradient: zeros,
      },
      { move: true },
    );
    // What is kept of the graphs must not hold the parameters of a checkpoint.
    const load = loader(runtime, frozen);
    const averages: Program[] = [];
    for (const one of averaged) averages.push(await load(averagingGraph(one, runtime.target)));
    return new Trainer({ runtime, spec, recipe }, { loss, optimiser }, step, frozen, {
      step: await load(step.graph),
      update: await load(step.update as Graph),
      averages,
      validation: programsBySize(load, graphs.validation, graphs.portableValidation),
    });
  }

  /**
   * One optimisation step on a batch; `step` counts from 1 over the whole run. Gives the loss; where
   * that is not finite, weights and optimiser stay as they were.
   */
  async step(batch: SampleBatch, step: number, learningRate: number): Promise<number> {
    const scalars = scalarTensors(this.graphs.optimiser.scalars(step, learningRate), 'optimiser/');
    const { recipe, spec } = this.options;
    const { step: program, update, averages } = this.programs;
    const levels = supervisedLevels(recipe, spec);
    let loss = 0;
    for (const feeds of stepFeeds(batch, recipe, this.graphs.loss, levels))
      loss += firstNumber((await program.run(feeds)).loss);
    if (!Number.isFinite(loss)) return loss;
    await update.run(scalars);
    const share = scalar(averageShare(recipe, step));
    for (const average of averages) await average.run({ share });
    return loss;
  }

  /**
   * Why the loss of a batch is not finite: the first parameter that is not, or the first layer whose
   * output is not though all parameters are. Undefined where there is neither.
   */
  async nonFinite(batch: SampleBatch): Promise<NonFinite | undefined> {
    const { runtime, spec, recipe } = this.options;
    const flat = (await runtime.readState(['weights'])).weights?.data as Float32Array;
    for (const [name, { data }] of unflatten(flat, this.plan.weights))
      if (!(data as Float32Array).every(Number.isFinite)) return { kind: 'weights', name };

    const { graph } = buildModel(
      spec,
      { batch: recipe.microBatch, height: recipe.crop, width: recipe.crop },
      (parameter) =>
        (this.frozen.get(parameter.name)?.data as Float32Array | undefined) ??
        emptyParameters(parameter),
      recipe,
    );
    const layers = graph.nodes.map(({ outputs }) => outputs[0] as string);
    const program = await runtime.load(finitenessGraph(graph, this.plan, layers));
    for (const image of imageParts(batch, recipe)) {
      const faults = (await program.run({ image })).faults?.data as Float32Array;
      const first = layers[faults.findIndex((fault) => fault !== 0)];
      if (first !== undefined) return { kind: 'output', name: first };
    }
    return undefined;
  }

  /**
   * Probability and loss of one whole image of any size with the weights that would be handed out now. In
   * `mask` 0 is background, 1 vessel, and 255 does not count.
   */
  async validate(image: RgbPixels, mask: Uint8Array): Promise<TileValidation> {
    const tensor = imageTensor(image, sizeMultiple(this.options.spec));
    const [, , height, width] = tensor.shape as [number, number, number, number];
    const program = await this.programs.validation({ width, height });
    const { probability, ...sums } = await program.run({
      image: tensor,
      mask: paddedTruth(mask, image, { width, height }),
    });
    return {
      probability: croppedMap((probability as Tensor).data as Float32Array, width, image),
      sums: Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, firstNumber(sum)])),
    };
  }

  /** The loss over everything whose sums were added up. */
  validationLoss(sums: Readonly<Record<string, number>>): number {
    return this.graphs.loss.value(sums as Parameters<typeof this.graphs.loss.value>[0]);
  }

  /** Every parameter by name, the optimiser's slots, and the moving averages: all that a checkpoint needs. */
  async snapshot(): Promise<Map<string, Tensor>> {
    const { weights, statistics, slots } = this.plan;
    const beside = [...slots, ...this.averaged.map(({ average }) => average)];
    const state: Tensors = await this.options.runtime.readState([
      'weights',
      'statistics',
      ...beside,
    ]);
    const flat = (name: string) => (state[name] as Tensor).data as Float32Array;
    return new Map([
      ...unflatten(flat('weights'), weights),
      ...unflatten(flat('statistics'), statistics),
      ...this.frozen,
      ...beside.map((name): [string, Tensor] => [name, state[name] as Tensor]),
    ]);
  }

  /**
   * A snapshot with the parameters that are handed out, those that were validated: the moving averages, where
   * the recipe has them.
   */
  handedOut(snapshot: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    return new Map([...snapshot, ...averagedParameters(snapshot, this.averaged)]);
  }

  private get averaged(): readonly AveragedVector[] {
    return averagedVectors(this.options.recipe, this.plan);
  }
}

/** Loads graphs with the values of the parameters that no step changes. */
function loader(
  runtime: Runtime,
  frozen: ReadonlyMap<string, Tensor>,
): (graph: Graph) => Promise<Program> {
  return ({ initialisers, ...graph }) => {
    const filled = [...initialisers].map(([name, t]) => [name, frozen.get(name) ?? t] as const);
    return runtime.load({ ...graph, initialisers: new Map(filled) });
  };
}

/** 1 for each number of a kernel, 0 for those of biases, scales and shifts, which are vectors. */
function decayed(
  weights: readonly Slice[],
  parameters: ReadonlyMap<string, Parameter>,
): Float32Array {
  const decays = new Float32Array(flatLength(weights));
  for (const { name, shape, offset } of weights)
    if (parameters.get(name)?.role === 'kernel')
      decays.fill(1, offset, offset + elementCount(shape));
  return decays;
}

/** A truth map as network input; what is added to the image is ignored. */
function paddedTruth(truth: Uint8Array, image: ImageExtent, padded: ImageExtent): Tensor {
  const { width, height } = padded;
  const data = new Float32Array(width * height).fill(IGNORED);
  for (let y = 0; y < image.height; y++)
    data.set(truth.subarray(y * image.width, (y + 1) * image.width), y * width);
  return { type: 'float32', shape: [1, 1, height, width], data };
}

function scalarTensors(values: Readonly<Record<string, number>>, prefix = ''): Tensors {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, scalar(value)]),
  );
}

function firstNumber(tensor: Tensor | undefined): number {
  return Number(tensor?.data[0]);
}
