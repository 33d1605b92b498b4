import {
  type Connectivity,
  measureLabels,
  prominentPeaks,
  squaredDistance,
  watershed,
} from '../geometry/index.js';
import { type Instance, labelledInstances, withMargin } from './instance.js';

/** Levels of the distance transform a pixel, whole so that they can be queued by level. */
const LEVELS = 16;

/**
 * Splits an instance at its necks: what grew together of several vessels that touch.
 *
 * The distance of each pixel to the background is a landscape with a peak in the middle of each vessel
 * and a saddle in each neck. Peaks that stand out by the prominence become markers of a watershed. The
 * parts divide the instance's pixels, each hangs together, and they come in raster order of their
 * peaks; an instance with one such peak comes back as it is. Distances are taken in sixteenths of a
 * pixel, rounded down. A vessel that the image's border cuts is taken to go on beyond it.
 *
 * @param instance connected, of an image of width x height
 * @param prominence pixels, from 1/16: by how much a neck's half width is less than that of the smaller
 *   part. Below about 1 the steps of outlines split single vessels
 */
export function splitInstance(
  instance: Instance,
  width: number,
  height: number,
  prominence: number,
  connectivity: Connectivity,
): Instance[] {
  const { box, mask } = withMargin(instance, 1, width, height);
  const surface = squaredDistance(mask, box.width, box.height);
  for (let at = 0; at < surface.length; at++)
    surface[at] = Math.floor(LEVELS * Math.sqrt(surface[at]));
  const markers = prominentPeaks(surface, box.width, box.height, LEVELS * prominence, connectivity);
  if (markers.length === 1) return [instance];
  const labels = watershed(surface, box.width, box.height, markers, connectivity);
  const parts = measureLabels(labels, box.width, box.height, markers.length);
  return labelledInstances(labels, box.width, parts).map((part) => ({
    ...part,
    box: { ...part.box, x: part.box.x + box.x, y: part.box.y + box.y },
  }));
}
