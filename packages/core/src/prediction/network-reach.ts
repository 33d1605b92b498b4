import { receptiveField } from '@vascula/autograd';
import { type Model, sizeMultiple } from '../models/index.js';
import { resized } from './inference-graph.js';

/**
 * How far a network sees: no pixel of its output depends on a pixel further away along an axis. Undefined where
 * it sees the whole image, or where moving the image by the network's multiple does not move its output.
 */
export function networkReach(model: Model): number | undefined {
  const multiple = sizeMultiple(model.spec);
  // At this size no map of the network is a single pixel, which would look like a constant.
  const side = 4 * multiple;
  const field = receptiveField(resized(model, { batch: 1, height: side, width: side }).graph);
  return field === undefined || multiple % field.stride !== 0 ? undefined : field.radius;
}
