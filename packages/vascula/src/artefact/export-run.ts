import { parse } from 'node:path';
import { type Graph, opset, type Runtime, writeOnnx } from '@vascula/autograd';
import { encodeBase64, inferenceGraph, sizeMultiple, withByteInput } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import { className } from '../prediction/index.js';
import {
  type Postprocessing,
  type Run,
  type RunConfig,
  type RunSplit,
  readPostprocessing,
  trainedModel,
} from '../run/index.js';
import { tileSource } from '../training/index.js';
import { type DataProgress, dataFacts } from './data-facts.js';
import { weightsDigest } from './digests.js';
import { type ArtefactFacts, writeFacts } from './facts.js';
import { replay } from './replay.js';
import { readRunMetrics } from './run-metrics.js';
import {
  syntheticTestTile,
  type TestTile,
  type TileOrigin,
  validationTestTile,
} from './test-tile.js';

/** What an artefact takes: planes of numbers, or pixels as images lie in memory. */
export type InputForm = 'float' | 'uint8';

export interface ExportOptions {
  /** Version of vascula that exports. */
  readonly version: string;
  readonly input: InputForm;
  /** Side of a pixel in micrometres, where it is known. */
  readonly pixelSize?: number | undefined;
  /** Whose pixels go out with the model; without data always synthetic ones. */
  readonly testTile: TileOrigin;
}

export interface ExportHooks {
  readonly progress?: DataProgress | undefined;
  readonly signal: AbortSignal;
}

export interface Artefact {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  readonly facts: ArtefactFacts;
  /** What is not in it, and why, as sentences without their full stop. */
  readonly notes: readonly string[];
}

const inputWords: Readonly<Record<InputForm, (batch: string) => string>> = {
  float: (batch) => `image: float32 [${batch}, 3, height, width], RGB, 0 to 255`,
  uint8: (batch) => `image: uint8 [${batch}, height, width, 3], RGB`,
};

/**
 * A run's best weights as an ONNX file for any runtime, which says what it is and carries a test tile with
 * the probability it gives here. `dataset` is the one the run was trained on; undefined where it is not at
 * hand, and nothing is then said of it. `runtime` computes on the processor, as everybody can.
 *
 * @throws InputError where the run has no weights, a file of it is damaged, or the dataset not its tiles.
 */
export async function exportRun(
  run: Run,
  dataset: Dataset | undefined,
  runtime: Runtime,
  options: ExportOptions,
  hooks: ExportHooks,
): Promise<Artefact> {
  const { model, epoch } = await trainedModel(run);
  const portable = inferenceGraph(model);
  const graph = options.input === 'uint8' ? withByteInput(portable) : portable;
  const multiple = sizeMultiple(model.spec);
  const source = dataset && tileSource(dataset);
  const data = source && (await dataFacts(source, run.split, hooks));
  const real =
    source && options.testTile === 'validation'
      ? await validationTestTile(source, run.split.validation, multiple)
      : undefined;
  const testTile = real ?? syntheticTestTile(multiple);
  const without =
    source && options.testTile !== testTile.origin
      ? ['no validation tile shows a vessel: the test tile is synthetic']
      : [];
  const found = await foundWith(run, epoch);
  const facts: ArtefactFacts = {
    ...runFacts(run, epoch),
    version: options.version,
    ...graphFacts(graph, options.input),
    ...classFacts(run.config, `${graph.outputs[0]?.shape[0]}`),
    sizeMultiple: multiple,
    pixelSize: options.pixelSize,
    rules: found.rules,
    metrics: found.metrics,
    data,
    testTile: tileFacts(testTile, await replay(graph, testTile, runtime)),
  };
  return { bytes: writeOnnx(graph, writeFacts(facts)), facts, notes: [...without, ...found.notes] };
}

function graphFacts(graph: Graph, input: InputForm) {
  const batch = `${graph.outputs[0]?.shape[0]}`;
  return {
    input: inputWords[input](batch),
    channelOrder: 'rgb',
    normalise: 'none',
    opset,
    weights: weightsDigest(graph),
  } as const;
}

function classFacts({ data }: RunConfig, batch: string) {
  const of = data.pairs === undefined ? 'blood vessel' : 'what the masks show';
  return {
    output: `probability: float32 [${batch}, 1, height, width], of ${of}`,
    classes: [className(data)],
  };
}

function runFacts({ config, split }: Run, epoch: number) {
  const { version, preset, device, model, recipe } = config;
  return {
    format: 'vascula artefact 1',
    epoch,
    // Where a file lay here is nobody else's business.
    model: model.architecture === 'onnx' ? { ...model, file: parse(model.file).base } : model,
    cutoff: recipe.cutoff,
    training: { version, preset, device },
    began: beganWith(config, split),
    recipe,
    split: {
      by: config.split.by,
      train: split.train.length,
      validation: split.validation.length,
      neighbours: split.neighbours,
      fold: split.fold,
    },
  } as const;
}

function beganWith({ model, from }: RunConfig, { train, earlier }: RunSplit) {
  if (from !== null) {
    const own = new Set(train);
    const tiles = earlier.filter((id) => !own.has(id)).length;
    return { with: 'run', sha256: from.digest, tiles } as const;
  }
  return model.architecture === 'onnx'
    ? ({ with: 'file', sha256: model.sha256 } as const)
    : undefined;
}

/** Scores and rules that lie with a run and are of these weights. */
async function foundWith({ folder }: Run, epoch: number) {
  const metrics = await readRunMetrics(folder);
  const postprocessing = await readPostprocessing(folder);
  const isOurs = (one: { readonly epoch: number } | undefined) => one?.epoch === epoch;
  const stale = Object.entries({ 'metrics.json': metrics, 'postprocessing.json': postprocessing })
    .filter(([, one]) => one !== undefined && !isOurs(one))
    .map(
      ([name, one]) =>
        `${name} is of the weights of epoch ${one?.epoch}, and these are of epoch ${epoch}: left out`,
    );
  const rules = isOurs(postprocessing) ? postprocessing : undefined;
  // A rule is for the maps it was chosen on, and what runs the file takes no symmetries by itself.
  const averaged = rules !== undefined && rules.tta !== 'none';
  return {
    metrics: isOurs(metrics) ? metrics : undefined,
    rules: rules === undefined || averaged ? undefined : rulesOf(rules),
    notes: averaged
      ? [
          ...stale,
          `the rules were chosen with --tta ${rules.tta}, which the file does not do: left out`,
        ]
      : stale,
  };
}

function rulesOf({ tiles, choices }: Postprocessing) {
  return choices.map(({ by, rule, calibration }) => ({
    by,
    tiles: tiles.length,
    rule,
    calibration,
  }));
}

function tileFacts({ origin, width, height, data }: TestTile, probability: Float32Array) {
  const { buffer, byteOffset, byteLength } = probability;
  return {
    origin,
    width,
    height,
    pixels: encodeBase64(data),
    probability: encodeBase64(new Uint8Array(buffer, byteOffset, byteLength)),
  };
}
