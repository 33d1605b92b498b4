import type { NodeView } from './operator.js';

/**
 * The matrix A [wanted, size], row-major, with y = A x, of ONNX Resize along one axis: for each
 * output place the weights of the input places it is made of.
 */
export function interpolationMatrix(
  view: NodeView,
  size: number,
  wanted: number,
  scale: number,
): Float32Array<ArrayBuffer> {
  const matrix = new Float32Array(wanted * size);
  const mode = view.string('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear') view.unsupported(`mode ${mode}`);
  for (let i = 0; i < wanted; i++) {
    const place = sourcePlace(view, i, size, wanted, scale);
    const add = (at: number, weight: number) => {
      matrix[i * size + Math.min(size - 1, Math.max(0, at))] += weight;
    };
    if (mode === 'nearest') add(nearest(view, place), 1);
    else {
      const low = Math.floor(place);
      add(low, 1 - (place - low));
      add(low + 1, place - low);
    }
  }
  return matrix;
}

function sourcePlace(
  view: NodeView,
  i: number,
  size: number,
  wanted: number,
  scale: number,
): number {
  const convention = view.string('coordinate_transformation_mode', 'half_pixel');
  switch (convention) {
    case 'half_pixel':
      return (i + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return wanted > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case 'asymmetric':
      return i / scale;
    case 'align_corners':
      return wanted > 1 ? (i * (size - 1)) / (wanted - 1) : 0;
    default:
      return view.unsupported(`coordinate_transformation_mode ${convention}`);
  }
}

function nearest(view: NodeView, place: number): number {
  const rule = view.string('nearest_mode', 'round_prefer_floor');
  switch (rule) {
    case 'floor':
      return Math.floor(place);
    case 'ceil':
      return Math.ceil(place);
    case 'round_prefer_floor':
      return Math.ceil(place - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(place + 0.5);
    default:
      return view.unsupported(`nearest_mode ${rule}`);
  }
}
