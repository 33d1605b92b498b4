import type { Graph, Program } from '@vascula/autograd';
import type { ImageExtent, TrainingGraphs } from './graphs.js';

/** Sizes that get a program of their own; a program costs some memory and is never let go. */
const mostSizes = 4;

/**
 * Gives the program that validates images of a padded size, loaded when it is first asked for. As in
 * prediction, the first sizes get the form that is fastest on this machine, further ones share a portable
 * program, where there is one; the two agree to rounding.
 */
export function validationPrograms(
  load: (graph: Graph) => Promise<Program>,
  { validation, portableValidation }: Pick<TrainingGraphs, 'validation' | 'portableValidation'>,
): (size: ImageExtent) => Promise<Program> {
  const sized = new Map<string, Promise<Program>>();
  let portable: Promise<Program> | undefined;
  return (size) => {
    const key = `${size.width} x ${size.height}`;
    const known = sized.get(key);
    if (known !== undefined) return known;
    if (portableValidation && sized.size >= mostSizes) {
      portable ??= load(portableValidation());
      return portable;
    }
    const program = load(validation(size));
    sized.set(key, program);
    return program;
  };
}
