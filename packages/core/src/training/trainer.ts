import {
  finitenessGraph,
  flatLength,
  flatten,
  type Graph,
  type Program,
  type Runtime,
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
import { type TrainingGraphs, type TrainingSetup, trainingGraphs } from './graphs.js';

export interface TrainerOptions extends TrainingSetup {
  readonly runtime: Runtime;
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

/** The first thing in a network, from its input on, that holds a number that is not finite. */
export interface NonFinite {
  readonly kind: 'weights' | 'output';
  /** Of the parameter, or of the layer. */
  readonly name: string;
}

/** A network in training: weights and optimiser live in the runtime, this object drives it. */
export class Trainer {
  private constructor(
    private readonly options: Pick<TrainerOptions, 'runtime' | 'spec' | 'recipe'>,
    private readonly graphs: Pick<TrainingGraphs, 'loss' | 'optimiser'>,
    private readonly plan: Omit<TrainingStep, 'graph' | 'update'>,
    /** Parameters that no step changes. */
    private readonly frozen: ReadonlyMap<string, Tensor>,
    private readonly programs: {
      readonly step: Program;
      readonly update: Program;
      readonly validation: Program;
    },
  ) {}

  /** Builds the step and the validation graph, loads both, and puts the parameters in place. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { runtime, spec, recipe, parameters } = options;
    // Built without values, so that large weights are in memory once: in their vector.
    const { model, loss, optimiser, step, validation } = trainingGraphs(
      options,
      emptyParameters,
      runtime.target,
    );
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
    const slot = (name: string) => {
      const data = options.slots?.({ name, shape: zeros.shape });
      return data === undefined ? zeros : vector(data.slice());
    };
    await runtime.writeState(
      {
        weights: vector(flatten(values, step.weights)),
        statistics: vector(flatten(values, step.statistics)),
        ...Object.fromEntries(step.slots.map((name) => [name, slot(name)])),
        gradient: zeros,
      },
      { move: true },
    );
    const load = ({ initialisers, ...graph }: Graph) => {
      const filled = [...initialisers].map(([name, t]) => [name, frozen.get(name) ?? t] as const);
      return runtime.load({ ...graph, initialisers: new Map(filled) });
    };
    return new Trainer({ runtime, spec, recipe }, { loss, optimiser }, step, frozen, {
      step: await load(step.graph),
      update: await load(step.update as Graph),
      validation: await load(validation),
    });
  }

  /**
   * One optimisation step on a batch; `step` counts from 1 over the whole run. Gives the loss; where
   * that is not finite, weights and optimiser stay as they were.
   */
  async step(batch: SampleBatch, step: number, learningRate: number): Promise<number> {
    const scalars = scalarTensors(this.graphs.optimiser.scalars(step, learningRate), 'optimiser/');
    const { step: program, update } = this.programs;
    const counts = scalarTensors(pixelCounts(batch.mask));
    let loss = 0;
    for (let part = 0; part < this.parts; part++) {
      const kept = this.parts > 1 && { kept: scalar(part === 0 ? 0 : 1) };
      const found = await program.run({ ...this.part(batch, part), ...counts, ...kept });
      loss += firstNumber(found.loss);
    }
    if (Number.isFinite(loss)) await update.run(scalars);
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
    );
    const layers = graph.nodes.map(({ outputs }) => outputs[0] as string);
    const program = await runtime.load(finitenessGraph(graph, this.plan, layers));
    for (let part = 0; part < this.parts; part++) {
      const { image } = this.part(batch, part);
      const faults = (await program.run({ image: image as Tensor })).faults?.data as Float32Array;
      const first = layers[faults.findIndex((fault) => fault !== 0)];
      if (first !== undefined) return { kind: 'output', name: first };
    }
    return undefined;
  }

  /** Probability and loss of one whole tile with the weights of the moment. */
  async validate(image: RgbPixels, mask: Uint8Array): Promise<TileValidation> {
    const { width, height } = image;
    const { probability, ...sums } = await this.programs.validation.run({
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
    return this.graphs.loss.value(sums as Parameters<typeof this.graphs.loss.value>[0]);
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

  /** Micro-batches in a batch. */
  private get parts(): number {
    return this.options.recipe.batch / this.options.recipe.microBatch;
  }

  /** A micro-batch of the batch. */
  private part({ image, mask, size }: SampleBatch, part: number): Tensors {
    const { microBatch } = this.options.recipe;
    const tensor = (data: Float32Array, channels: number): Tensor => {
      const length = microBatch * channels * size * size;
      return {
        type: 'float32',
        shape: [microBatch, channels, size, size],
        data: data.slice(part * length, (part + 1) * length),
      };
    };
    return { image: tensor(image, 3), mask: tensor(mask, 1) };
  }
}

function pixelCounts(mask: Float32Array): { positives: number; negatives: number } {
  const positives = mask.reduce((sum, value) => sum + value, 0);
  return { positives, negatives: mask.length - positives };
}

function scalarTensors(values: Readonly<Record<string, number>>, prefix = ''): Tensors {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, scalar(value)]),
  );
}

function firstNumber(tensor: Tensor | undefined): number {
  return Number(tensor?.data[0]);
}
