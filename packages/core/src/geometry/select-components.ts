import { type Connectivity, linkedPixels } from './connected-components.js';

/**
 * The components of a mask that hold a pixel of the seeds or, where `holding` is false, those that
 * hold none.
 *
 * @param mask height*width, row-major; pixels other than 0 are foreground
 * @param seeds height*width, 0 where there is none
 * @returns height*width, 0 and 1
 * @throws RangeError a mask of another length
 */
export function selectComponents(
  mask: Uint8Array,
  seeds: Uint8Array,
  holding: boolean,
  width: number,
  height: number,
  connectivity: Connectivity,
): Uint8Array {
  const { labels, roots } = linkedPixels(mask, width, height, connectivity);
  const holds = new Uint8Array(roots.length);
  for (let at = 0; at < labels.length; at++)
    if (labels[at] !== 0 && seeds[at] !== 0) holds[roots[labels[at]]] = 1;
  const wanted = holding ? 1 : 0;
  const selected = new Uint8Array(mask.length);
  for (let at = 0; at < labels.length; at++)
    if (labels[at] !== 0 && holds[roots[labels[at]]] === wanted) selected[at] = 1;
  return selected;
}
