import type { Interval, NeighbourDifference } from '@vascula/core';
import type { RunSplit } from '../run/index.js';

/** With fewer tiles on a side, what their difference says is mostly chance. */
const FEW_TILES = 10;

/** What a reader of a validation score must know of its split; undefined where the sides lie apart. */
export function neighbourWarning({
  neighbours,
  validation,
}: Pick<RunSplit, 'neighbours' | 'validation'>): string | undefined {
  if (neighbours === 0) return undefined;
  return (
    `${neighbours} of ${validation.length} validation tiles touch or overlap a training tile of their ` +
    'slide: the scores here are better than those to be expected on a new slide.'
  );
}

/** What the tiles themselves say of it: the difference in IoU, and what follows. */
export function neighbourSentences({
  beside,
  apart,
  difference,
}: NeighbourDifference): readonly string[] {
  if (apart.images === 0)
    return [
      'All validation tiles lie beside training tiles, so that nothing here shows what others would score. ' +
        'A run whose split is by slide does.',
    ];
  const { value, byTile, bySlide } = difference.meanIou;
  const ious = [beside, apart].map(({ headlines }) => headlines.meanIou.value?.toFixed(3));
  const intervals = [shownInterval(byTile, 'tile'), shownInterval(bySlide, 'slide')]
    .filter((text) => text !== undefined)
    .join('; ');
  const least = Math.min(beside.images, apart.images);
  const few = least < FEW_TILES ? `: with ${counted(least)} on a side mostly chance` : '';
  return [
    `${counted(beside.images)} beside training tiles: mean IoU ${ious[0]}; ${counted(apart.images)} apart ` +
      `from them: ${ious[1]}. A difference of ${signed(value ?? 0)}${intervals && ` (95 %, ${intervals})`}${few}.`,
    `${meaning(byTile)} Both lie on slides that were trained on, and stain and scanner were learnt too: what a new ` +
      'slide would score only a run whose split is by slide shows.',
  ];
}

function meaning(interval: Interval | null): string {
  if (interval === null) return 'One tile is too few for an interval.';
  if (interval.low > 0)
    return 'Tiles beside training tiles score higher, as is to be expected of tissue that the network has nearly seen; the lower number is nearer to what new tissue would score.';
  if (interval.high < 0)
    return 'Tiles beside training tiles score lower: they are other tissue, and harder, and their neighbours did not make up for it.';
  return 'The interval holds 0: these tiles show no difference, which does not prove that there is none.';
}

function counted(tiles: number): string {
  return `${tiles} tile${tiles === 1 ? '' : 's'}`;
}

function shownInterval(interval: Interval | null, by: string): string | undefined {
  if (interval === null) return undefined;
  return `by ${by} ${signed(interval.low)} to ${signed(interval.high)}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
