import { readFileSync } from 'node:fs';
import {
  balancedBce,
  differentiate,
  float32,
  GraphBuilder,
  lossOf,
  lower,
  type Runtime,
  readOnnx,
  readSafetensors,
  type Target,
  type Tensor,
  trainingForm,
} from '@vascula/autograd';
import { buildModel, firstParameters, importOnnx, type OnnxSpec } from '@vascula/core';

/** As in the oracle, finetuning.py. */
export const negativeWeight = 10;

/** A network as PyTorch exported it, and what PyTorch says of a training step in float64. */
export interface Reference {
  readonly name: string;
  readonly spec: OnnxSpec;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly size: { readonly batch: number; readonly height: number; readonly width: number };
}

export function openReference(
  folder: URL,
  name: string,
  freeze: readonly string[] = [],
): Reference {
  const read = (extension: string) => readFileSync(new URL(`${name}.${extension}`, folder));
  const { tensors } = readSafetensors(read('safetensors'));
  const image = tensors.get('image') as Tensor;
  const [batch, , height, width] = image.shape as [number, number, number, number];
  const { spec } = importOnnx(readOnnx(read('onnx')), { freeze }, `${name}.onnx`);
  return { name, spec, tensors, size: { batch, height, width } };
}

export const asFloat = (tensor: Tensor | undefined): Tensor =>
  float32(tensor?.shape ?? [], tensor?.data as Float32Array);

export const dataOf = (tensor: Tensor | undefined) => tensor?.data as Float32Array;

export const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

/** |a - b| / |b| in the Euclidean norm. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return norm(a.map((value, i) => value - (b[i] as number))) / norm(b);
}

/** Loss, logits, gradients of what is trained, and running statistics of one training step. */
export async function computeStep(
  { spec, tensors, size }: Reference,
  runtime: Runtime,
  target: Target,
) {
  const model = buildModel(spec, size, firstParameters(spec, 0));
  const trainable = model.parameters.filter((p) => p.trainable).map(({ name }) => name);
  const form = trainingForm(model.graph, new Set(trainable));
  const names = trainable.filter((name) => !form.idleBiases.has(name));
  const g = GraphBuilder.from({ ...form.graph, outputs: [] });
  const logits = g.value('logits');
  const mask = g.input('mask', 'float32', logits.shape);
  const loss = lossOf(g, balancedBce(negativeWeight), logits, mask);
  const gradients = differentiate(
    g,
    loss,
    names.map((name) => g.value(name)),
  );
  g.output(loss, 'loss');
  g.output(logits);
  for (const [i, gradient] of gradients.entries()) g.output(gradient, `gradient/${names[i]}`);
  for (const [name, next] of form.statistics) g.output(g.value(next), `running/${name}`);
  const program = await runtime.load(lower(g.build(), target, { centredNorms: true }));
  const results = await program.run({
    image: asFloat(tensors.get('image')),
    mask: asFloat(tensors.get('mask')),
  });
  return { names, statistics: [...form.statistics.keys()], results };
}
