import type { Graph, Program } from '@vascula/autograd';
import type { RgbPixels } from './image-tensor.js';

/** Sizes that get a program of their own; a program costs some memory and is never let go. */
const mostSizes = 4;

/**
 * Gives the program for a size, loaded when it is first asked for. The first sizes get the form that is fastest
 * on this machine, further ones share a portable program, where there is one; the two agree to rounding (about
 * 1e-6).
 */
export function programsBySize(
  load: (graph: Graph) => Promise<Program>,
  sized: (size: Pick<RgbPixels, 'width' | 'height'>) => Graph,
  portable: (() => Graph) | undefined,
): (size: Pick<RgbPixels, 'width' | 'height'>) => Promise<Program> {
  const own = new Map<string, Promise<Program>>();
  let shared: Promise<Program> | undefined;
  return (size) => {
    const key = `${size.width} x ${size.height}`;
    const known = own.get(key);
    if (known !== undefined) return known;
    if (portable && own.size >= mostSizes) {
      shared ??= load(portable());
      return shared;
    }
    const program = load(sized(size));
    own.set(key, program);
    return program;
  };
}
