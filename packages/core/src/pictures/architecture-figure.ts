import type { Figure, VegaLiteSpec } from '../figures/index.js';
import type { Model } from '../models/index.js';
import { drawArchitecture, type MapBlock, type OperationArrow } from './architecture.js';

/** Room left and right of the drawing for texts wider than the outermost blocks, in pixels. */
const side = 24;
const headSize = 9;

/**
 * The drawing of a network as a figure: a block for each stack of feature maps, with its channels above
 * and its size below; an arrow for each operation, told by its colour. A pixel of the drawing is a pixel
 * of the figure. Throws RangeError for a network from an ONNX file, which may have any shape.
 */
export function architectureFigure(model: Model): Figure {
  if (model.spec.architecture === 'onnx') throw new RangeError('networks from files are not drawn');
  const { width, height, blocks, arrows, operations } = drawArchitecture(model);
  const { architecture, inputChannels } = model.spec;
  const [image] = blocks as [MapBlock];
  const named = arrows.map((arrow) => ({ ...arrow, operation: operations[arrow.kind] as string }));
  const x = { type: 'quantitative', axis: null, scale: { domain: [-side, width + side] } };
  const y = {
    type: 'quantitative',
    axis: null,
    scale: { domain: [0, height], reverse: true },
  };
  const operation = {
    field: 'operation',
    type: 'nominal',
    title: null,
    sort: null,
    legend: {
      orient: 'bottom',
      columns: 1,
      labelLimit: 0,
      symbolType: 'triangle-right',
    },
  };
  const drawing: VegaLiteSpec = {
    width: width + 2 * side,
    height,
    view: { stroke: null },
    layer: [
      {
        data: { values: named.map(({ x, y, x2, y2, operation }) => ({ x, y, x2, y2, operation })) },
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: {
          x: { field: 'x', ...x },
          y: { field: 'y', ...y },
          x2: { field: 'x2' },
          y2: { field: 'y2' },
          color: operation,
        },
      },
      {
        data: {
          values: named.map((arrow) => ({
            ...headOf(arrow),
            operation: arrow.operation,
          })),
        },
        mark: { type: 'point', filled: true, size: headSize ** 2, opacity: 1 },
        encoding: {
          x: { field: 'x', ...x },
          y: { field: 'y', ...y },
          shape: { field: 'shape', type: 'nominal', scale: null },
          color: operation,
        },
      },
      {
        data: { values: blocks.map(blockRow) },
        layer: [
          {
            mark: { type: 'rect', fill: 'gray', stroke: 'gray', cornerRadius: 2 },
            encoding: {
              x: { field: 'x', ...x },
              x2: { field: 'x2' },
              y: { field: 'y', ...y },
              y2: { field: 'y2' },
              fillOpacity: { field: 'opacity', type: 'quantitative', scale: null },
              tooltip: [
                { field: 'layers', type: 'nominal', title: 'layers' },
                { field: 'output', type: 'nominal', title: 'output (channels × pixels)' },
                { field: 'parameters', type: 'quantitative', title: 'parameters', format: ',' },
              ],
            },
          },
          {
            mark: { type: 'text', baseline: 'bottom', dy: -3, fontSize: 11 },
            encoding: {
              x: { field: 'middle', ...x },
              y: { field: 'y', ...y },
              text: { field: 'channels', type: 'nominal' },
            },
          },
          {
            mark: { type: 'text', baseline: 'top', dy: 4, fontSize: 10 },
            encoding: {
              x: { field: 'middle', ...x },
              y: { field: 'y2', ...y },
              text: { field: 'size', type: 'nominal' },
            },
          },
        ],
      },
    ],
  };
  return {
    name: 'architecture',
    title: `Architecture: ${architecture === 'unet' ? 'U-Net' : 'fully convolutional network'}`,
    caption:
      `From the tile (${inputChannels} channels, ${image.columns} × ${image.rows} px) to one logit for each pixel. ` +
      'A block is a stack of feature maps: its channels above it, its size in pixels below where it changes; ' +
      'taller is larger, wider is more channels. Arrows are operations.' +
      `${operations.skip ? ' Fainter blocks are copies that skip connections put beside upsampled maps.' : ''}`,
    // Inside a concatenation of one, since a page narrows a plot to fit, and this one cannot be: its
    // texts would meet. It is scrolled.
    spec: { hconcat: [drawing] },
  };
}

function blockRow(block: MapBlock) {
  const { x, y, width, height, kind, layers, channels, rows, columns, isResized, parameters } =
    block;
  const size = `${columns}×${rows}`;
  return {
    x,
    y,
    x2: x + width,
    y2: y + height,
    middle: x + width / 2,
    opacity: kind === 'skip' ? 0.15 : 0.55,
    layers,
    channels: `${channels}`,
    size: isResized ? size : '',
    output: `${channels} × ${size}`,
    parameters,
  };
}

/** Middle and form of an arrow's head, whose tip is the arrow's end. */
function headOf({ x, y, x2, y2 }: OperationArrow) {
  const half = headSize / 2;
  if (x2 > x) return { x: x2 - half, y: y2, shape: 'triangle-right' };
  return y2 > y
    ? { x: x2, y: y2 - half, shape: 'triangle-down' }
    : { x: x2, y: y2 + half, shape: 'triangle-up' };
}
