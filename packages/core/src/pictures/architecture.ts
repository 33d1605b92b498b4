import type { LayerRow, Model } from '../models/index.js';

/** A stack of feature maps in a drawing, in pixels of the drawing; y grows downwards. */
export interface MapBlock {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What made it; `skip` is the copy of an earlier block that a concatenation puts beside another. */
  readonly kind: 'image' | 'maps' | 'skip';
  /** Names of the layers that make it: `left1.conv, left1.norm, left1.relu`. */
  readonly layers: string;
  readonly channels: number;
  /** Side of the maps in pixels of the tile. */
  readonly rows: number;
  readonly columns: number;
  /** Whether the size is another than that of the block before: where a drawing says it. */
  readonly isResized: boolean;
  /** Of those layers together. */
  readonly parameters: number;
}

export type OperationKind = 'convolution' | 'head' | 'pooling' | 'upsampling' | 'skip';

/** A step from one block to another, drawn as a line with a head at its end. */
export interface OperationArrow {
  readonly kind: OperationKind;
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

/** A drawing of a network: its feature maps as blocks, what is done to them as arrows. */
export interface ArchitectureDrawing {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly MapBlock[];
  readonly arrows: readonly OperationArrow[];
  /** What each kind of arrow stands for: `convolution 5 × 5, batch normalisation, ReLU`. */
  readonly operations: Readonly<Partial<Record<OperationKind, string>>>;
}

/** Between blocks of a row; in a U the copies of skip connections stand in it. */
const gaps = { chain: 22, u: 50 };
/** Between the middles of neighbouring blocks at least, for the texts at them. */
const pitch = 44;
/** Above each row of blocks for the number of channels, below it for the size. */
const margin = { top: 20, bottom: 22 };
/** Between the texts of two rows, for the arrow. */
const rowGap = 26;
const tallest = 96;

/**
 * Lays a network out as Ronneberger et al. (2015) draw theirs: blocks are feature maps, their height
 * falls with the maps' size and their width grows with the channels (both on a logarithmic scale). A
 * network with skip connections takes the shape of a U, a row for each resolution; one without is a
 * chain.
 */
export function drawArchitecture({ layers, parameters }: Model): ArchitectureDrawing {
  const steps = readSteps(layers);
  const skips = layers.some(({ type }) => type === 'Concatenate');
  const gap = skips ? gaps.u : gaps.chain;
  const [image] = steps as [Step];
  const full = image.shape[1];
  const heightOf = (rows: number) => Math.max(12, tallest * 0.72 ** Math.log2(full / rows));
  const widthOf = (channels: number) => 4 + 2.6 * Math.log2(channels);
  const sizes = [...new Set(steps.map(({ shape }) => shape[1]))].sort((a, b) => b - a);
  const tops = new Map<number, number>();
  let y = margin.top;
  for (const rows of sizes) {
    tops.set(rows, skips ? y : margin.top + (tallest - heightOf(rows)) / 2);
    y += heightOf(rows) + margin.bottom + rowGap + margin.top;
  }

  const blocks: MapBlock[] = [];
  const arrows: OperationArrow[] = [];
  const put = (step: Step, kind: MapBlock['kind'], x: number, channels: number): MapBlock => {
    const [, rows, columns] = step.shape;
    const block = {
      x,
      y: tops.get(rows) as number,
      width: widthOf(channels),
      height: heightOf(rows),
      kind,
      layers: step.layers.map(({ name }) => name).join(', '),
      channels,
      rows,
      columns,
      isResized: rows !== blocks.at(-1)?.rows,
      parameters: step.layers.reduce((sum, layer) => sum + layer.parameters, 0),
    };
    blocks.push(block);
    return block;
  };
  /** The last block of each resolution on the way down: what a concatenation copies. */
  const held = new Map<number, MapBlock>();
  let last: MapBlock | undefined;
  for (const step of steps) {
    const [, rows, , channels] = step.shape;
    if (last === undefined || step.kind === undefined) {
      last = put(step, 'image', 0, channels);
      continue;
    }
    if (step.kind === 'skip') {
      const source = held.get(rows) as MapBlock;
      const copied = channels - last.channels;
      const copy = put(step, 'skip', last.x - widthOf(copied), copied);
      arrows.push({ kind: 'skip', ...across(source, copy.x) });
      continue;
    }
    const vertical = skips && (step.kind === 'pooling' || step.kind === 'upsampling');
    const from = last;
    if (step.kind === 'pooling') held.set(from.rows, from);
    const middle = from.x + from.width / 2 + pitch;
    const x = vertical
      ? from.x
      : Math.max(from.x + from.width + gap, middle - widthOf(channels) / 2);
    last = put(step, 'maps', x, channels);
    arrows.push({ kind: step.kind, ...(vertical ? along(from, last) : across(from, last.x)) });
  }
  const right = Math.max(...blocks.map((block) => block.x + block.width));
  const bottom = Math.max(...blocks.map((block) => block.y + block.height));
  return {
    width: Math.ceil(right),
    height: Math.ceil(bottom) + margin.bottom,
    blocks,
    arrows,
    operations: nameOperations(steps, parameters),
  };
}

interface Step {
  /** Undefined for the input. */
  readonly kind: OperationKind | undefined;
  readonly layers: readonly LayerRow[];
  readonly shape: LayerRow['outputShape'];
}

const kinds: Readonly<Record<string, OperationKind>> = {
  Conv2D: 'convolution',
  MaxPooling2D: 'pooling',
  Conv2DTranspose: 'upsampling',
  Concatenate: 'skip',
};

/** Layers that a reader thinks of as one step: a convolution with its normalisation and its ReLU. */
function readSteps(layers: readonly LayerRow[]): Step[] {
  const steps: Step[] = [];
  for (const layer of layers) {
    const kind = kinds[layer.type];
    const last = steps.at(-1);
    if (kind === undefined && last !== undefined)
      steps[steps.length - 1] = { ...last, layers: [...last.layers, layer] };
    else steps.push({ kind, layers: [layer], shape: layer.outputShape });
  }
  return steps.map((step) =>
    step.kind === 'convolution' && step.layers.length === 1 ? { ...step, kind: 'head' } : step,
  );
}

/** From the right side of a block to `x2`, at half its height. */
function across(from: MapBlock, x2: number) {
  const level = from.y + from.height / 2;
  return { x: from.x + from.width, y: level, x2, y2: level };
}

/** Between rows, past the texts above and below the blocks. */
function along(from: MapBlock, to: MapBlock) {
  const x = from.x + Math.min(from.width, to.width) / 2;
  return from.y < to.y
    ? { x, y: from.y + from.height + margin.bottom, x2: x, y2: to.y - margin.top }
    : { x, y: from.y - margin.top, x2: x, y2: to.y + to.height + margin.bottom };
}

function nameOperations(
  steps: readonly Step[],
  parameters: Model['parameters'],
): ArchitectureDrawing['operations'] {
  const side = (step: Step) => {
    const weight = parameters.find(({ name }) => name === `${step.layers[0]?.name}.weight`);
    const kernel = weight?.shape[2];
    return `${kernel} × ${kernel}`;
  };
  const names: Partial<Record<OperationKind, string>> = {};
  for (const [at, step] of steps.entries()) {
    const before = steps[at - 1];
    if (step.kind === undefined || before === undefined) continue;
    const factor = step.shape[1] / before.shape[1];
    names[step.kind] = {
      convolution: `convolution ${side(step)}, batch normalisation, ReLU`,
      head: `convolution ${side(step)}`,
      pooling: 'max-pooling 2 × 2',
      upsampling: `transposed convolution ${side(step)}, stride ${factor}`,
      skip: 'skip connection, concatenated',
    }[step.kind];
  }
  return names;
}
