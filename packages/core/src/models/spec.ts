import { InputError } from '../errors.js';
import type { OnnxSpec } from './onnx/index.js';

export const architectures = ['unet', 'fcn'] as const;
export type Architecture = (typeof architectures)[number];

/** Everything that decides the structure of a network of ours. */
export interface ModelSpec {
  readonly architecture: Architecture;
  /** Channels of the first level; deeper levels double them. */
  readonly base: number;
  /** Levels of resolution. */
  readonly depth: number;
  /** Side of the square convolution kernels, odd. */
  readonly kernel: number;
  /** Convolutions a level; the notebook's where it is left out: 1 of the U-Net, 3 of the FCN. */
  readonly convolutions?: number | undefined;
  /** Side in pixels, odd, of the window over which the image is brought to one contrast; none where it is left out. */
  readonly localContrast?: number | undefined;
  readonly inputChannels: number;
  /** Maps of logits at the output; 1 is vessel against everything else. */
  readonly classes: number;
  /** Share of the old running statistics kept at each step (Keras: 0.99). */
  readonly momentum: number;
}

/** A network of ours by its numbers, or one from an ONNX file. */
export type NetworkSpec = ModelSpec | OnnxSpec;

/** The networks of the notebook. */
export const notebookSpecs: Readonly<Record<Architecture, ModelSpec>> = {
  unet: {
    architecture: 'unet',
    base: 48,
    depth: 5,
    kernel: 5,
    inputChannels: 3,
    classes: 1,
    momentum: 0.99,
  },
  fcn: {
    architecture: 'fcn',
    base: 64,
    depth: 4,
    kernel: 3,
    inputChannels: 3,
    classes: 1,
    momentum: 0.99,
  },
};

/** Least and greatest side of the window of local contrast; odd ones between them. */
export const contrastSides = [3, 255] as const;

/** What `isContrastSide` asks for, in words. */
export const contrastSideRule = `0 or an odd number from ${contrastSides[0]} to ${contrastSides[1]}`;

const limits = {
  base: [1, 1024],
  depth: [2, 8],
  kernel: [1, 15],
  convolutions: [1, 8],
  localContrast: contrastSides,
  inputChannels: [1, 64],
  classes: [1, 256],
} as const;

/** Gives the spec back, or throws an InputError that names the field at fault. */
export function checkSpec(spec: ModelSpec): ModelSpec {
  const fault = (field: string, expected: string) => {
    const value = spec[field as keyof ModelSpec];
    return new InputError({ path: 'model', field, problem: `is ${value}`, expected });
  };
  for (const [field, [low, high]] of Object.entries(limits)) {
    const value = spec[field as keyof typeof limits];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || value < low || value > high)
      throw fault(field, `a whole number from ${low} to ${high}`);
  }
  for (const field of ['kernel', 'localContrast'] as const)
    if ((spec[field] ?? 1) % 2 === 0) throw fault(field, 'an odd number');
  if (!(spec.momentum >= 0 && spec.momentum < 1)) throw fault('momentum', 'a number in [0, 1)');
  return spec;
}

/** The network with this window of local contrast, 0 for none. */
export function withLocalContrast<Spec extends Pick<ModelSpec, 'localContrast'>>(
  { localContrast: _, ...spec }: Spec,
  side: number,
): Omit<Spec, 'localContrast'> & Pick<ModelSpec, 'localContrast'> {
  return { ...spec, ...(side > 0 && { localContrast: side }) };
}

/** Whether `withLocalContrast` takes this side: 0, or an odd one within `contrastSides`. */
export function isContrastSide(side: number): boolean {
  const [least, most] = contrastSides;
  return side === 0 || (side >= least && side <= most && side % 2 === 1);
}

/** Convolutions a level of a network. */
export function convolutionsOf({
  architecture,
  convolutions = { unet: 1, fcn: 3 }[architecture],
}: Pick<ModelSpec, 'architecture' | 'convolutions'>): number {
  return convolutions;
}

/** Height and width of the input must be multiples of this. */
export function sizeMultiple(
  spec: Pick<ModelSpec, 'depth'> | Pick<OnnxSpec, 'sizeMultiple'>,
): number {
  return 'sizeMultiple' in spec ? spec.sizeMultiple : 2 ** (spec.depth - 1);
}
