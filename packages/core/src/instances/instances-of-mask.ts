import { connectedComponents } from '../geometry/index.js';
import { type Instance, labelledInstances } from './instance.js';

/**
 * The instances of a truth map that nobody outlined one by one: its 8-connected components of vessel.
 * Vessels that touch are one.
 *
 * @param truth height*width, row-major: 1 is vessel, anything else is not
 */
export function instancesOfMask(truth: Uint8Array, width: number, height: number): Instance[] {
  const vessel = Uint8Array.from(truth, (value) => Number(value === 1));
  const { labels, components } = connectedComponents(vessel, width, height, 8);
  return labelledInstances(labels, width, components);
}
