import { headlineLabels, headlineNames } from '@vascula/core';
import { describeRule, objectiveNames } from '../rules/index.js';
import type { ArtefactFacts } from './facts.js';
import type { RunMetrics } from './run-metrics.js';

// What an artefact says of itself, in words: shared by its card and by `vascula verify`.

export function networkWords({ model }: ArtefactFacts): string {
  const { architecture, base, depth, kernel, localContrast } = model;
  if (architecture === 'unet' || architecture === 'fcn')
    return `${architecture === 'unet' ? 'U-Net' : 'FCN'} with base ${base}, depth ${depth}, kernel ${kernel}${localContrast === undefined ? '' : `, local contrast ${localContrast}`}`;
  return typeof model.file === 'string' ? `network of ${model.file}` : `${architecture}`;
}

export function pixelSizeWords({ pixelSize }: ArtefactFacts): string {
  return pixelSize === undefined ? 'not known' : `${pixelSize} µm`;
}

const splitWords: Readonly<Record<string, string>> = {
  random: 'at random',
  slide: 'by slide',
  position: 'by position',
};

/** `120 tiles; validated on 30, split by slide (fold 1 of 4)`. */
export function tilesWords({ split, data }: ArtefactFacts): string {
  const { train, validation, by, fold } = split;
  const of = (slides: number | undefined) =>
    slides === undefined ? '' : ` of ${slidesOf(slides)}`;
  return (
    `${tilesOf(train)}${of(data?.slides.train)}; validated on ${validation}${of(data?.slides.validation)}, ` +
    `split ${splitWords[by] ?? by}${fold === undefined ? '' : ` (fold ${fold.number} of ${fold.of})`}`
  );
}

/** What neighbours across the split do to the scores; undefined where there are none. */
export function neighbourWords({ split }: ArtefactFacts): string | undefined {
  const { neighbours, validation } = split;
  if (neighbours === 0) return undefined;
  return (
    `${neighbours} of ${validation} validation tiles touch or overlap a training tile of their slide: the ` +
    'scores are better than those to be expected on a new slide.'
  );
}

export function ruleWords({ rules = [] }: ArtefactFacts): string[] {
  return rules.map(
    ({ by, tiles, rule }) =>
      `chosen by ${objectiveNames[by]} on ${tilesOf(tiles)}: ${describeRule(rule)}`,
  );
}

/** A row for each headline number: name, value, interval by tile, interval by slide; `-` is undefined. */
export function metricRows({ headlines }: RunMetrics): string[][] {
  const shown = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  const range = (interval: { readonly low: number; readonly high: number } | null) =>
    interval === null ? '-' : `${shown(interval.low)} to ${shown(interval.high)}`;
  return headlineNames.flatMap((name) => {
    const estimate = headlines[name];
    if (estimate === undefined) return [];
    const { value, byTile, bySlide } = estimate;
    return [[headlineLabels[name], shown(value), range(byTile), range(bySlide)]];
  });
}

export function tilesOf(count: number): string {
  return `${count} tile${count === 1 ? '' : 's'}`;
}

export function slidesOf(count: number): string {
  return `${count} slide${count === 1 ? '' : 's'}`;
}
