import {
  type Detection,
  findInstances,
  type InstanceRule,
  type Point,
  suppressDuplicates,
} from '@vascula/core';
import type { ImageSize, TileMeta } from '../dataset/index.js';
import { openGlomeruli } from './glomeruli.js';
import type { UsedRule, UsedRules } from './used-rules.js';

/**
 * Finds the vessels of an image.
 *
 * @param name of the image, without its ending
 * @param probability height*width, 0 to 1
 */
export type Detector = (
  name: string,
  probability: Float32Array,
  size: ImageSize,
) => Promise<Detection[]>;

/** What is known of the images besides their pixels. */
export interface ImageFacts {
  readonly names: readonly string[];
  /** Where they lie in their slide, by name: for glomeruli outlined in the slide. */
  readonly offsets?: ReadonlyMap<string, Point> | undefined;
  /** Dataset and slide of them, by name: for rules of a slide's own. */
  readonly slides?: ReadonlyMap<string, Pick<TileMeta, 'dataset' | 'source'>> | undefined;
}

/** Opens what rules need. Throws InputError as `openGlomeruli`. */
export async function openDetector(
  { rules, maximumIou, glomeruli }: UsedRules,
  { names, offsets, slides }: ImageFacts,
): Promise<Detector> {
  const masks = glomeruli === null ? undefined : await openGlomeruli(glomeruli, names, offsets);
  return async (name, probability, size) => {
    const { width, height } = size;
    const context = { glomeruli: await masks?.(name, size) };
    const found = rules.map((used) =>
      findInstances(probability, width, height, ruleFor(used, slides?.get(name)), context),
    );
    // Vessels of one rule share no pixel.
    return maximumIou === null ? found.flat() : suppressDuplicates(found.flat(), maximumIou);
  };
}

function ruleFor(
  { rule, bySlide }: UsedRule,
  slide: Pick<TileMeta, 'dataset' | 'source'> | undefined,
): InstanceRule {
  const own = bySlide.find(
    ({ dataset, source }) => dataset === slide?.dataset && source === slide.source,
  );
  return own?.rule ?? rule;
}
