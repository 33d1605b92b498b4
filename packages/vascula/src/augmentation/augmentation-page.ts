import { basename, resolve } from 'node:path';
import { type AugmentationSettings, InputError, strengthParts } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Block, Page, Picture } from '../pages/index.js';
import { type Shown, shownDraws, shownPart, shownPlainParts } from './shown-parts.js';
import { type ShownSquare, shownSquares, squarePicture } from './squares.js';
import { augmentationWords, partsInWords } from './words.js';

export interface AugmentationRequest {
  readonly settings: AugmentationSettings;
  /** Side of a square in pixels. */
  readonly crop: number;
  /** Tiles that are shown, from 1. */
  readonly tiles: number;
  readonly seed: number;
}

interface Hooks {
  /** Called after each tile read. */
  progress?(stage: string, done: number, total: number): void;
  readonly signal: AbortSignal;
}

/** What each part does. */
const explanations = {
  rotate:
    'Turned about the middle by any angle. Pixels are read from the whole tile, beyond its border from its mirror image.',
  scale: 'Everything becomes so many times as large.',
  elastic:
    'Bent smoothly: displacements at points of a coarse grid, splines between them. The number is the standard deviation of the displacements at the points, in pixels.',
  stain:
    'The amounts of haematoxylin, eosin and a third stain are changed, each by its own factor and shift: five draws.',
  gamma: 'Light to the power of the exponent: above 1 darker, white and black stay.',
  brightness: 'So many times the light.',
  saturation: 'So many times as far from grey.',
  contrast: "So many times as far from the mean of the square's channel.",
} as const;

/** Full draws shown of each square. */
const DRAWS = 11;

/**
 * Shows what augmentation does: full draws, then each part by itself from its least strength to its most,
 * on squares of some tiles, with the outlines of the truth. `data` has the settings and the tiles.
 *
 * @throws InputError where there is no labelled tile, or a square does not fit one.
 * @throws the reason of `signal` once it is aborted.
 */
export async function augmentationPage(
  dataset: Dataset,
  { settings, crop, tiles, seed }: AugmentationRequest,
  { progress, signal }: Hooks,
): Promise<Page> {
  const squares = await shownSquares(
    dataset,
    { tiles, crop, seed },
    { progress: (done, total) => progress?.('Reading', done, total), signal },
  );
  if (squares.length === 0)
    throw new InputError({
      path: dataset.folder,
      problem: 'has no labelled tile',
      hint: 'Are all label files named with --polygons?',
    });
  const block = async (
    name: string,
    title: string,
    caption: string,
    shown: (square: ShownSquare, key: readonly (number | string)[]) => readonly Shown[],
  ): Promise<Block> => {
    const pictures: Picture[] = [];
    for (const [at, square] of squares.entries())
      for (const [k, { label, augmentation }] of shown(square, [
        seed,
        1,
        square.tile.id,
      ]).entries()) {
        signal.throwIfAborted();
        const text = { name: `${name}-${at + 1}-${k}`, label: k === 0 ? square.tile.id : label };
        pictures.push(await squarePicture(square, augmentation, text));
      }
    return { kind: 'pictures', name, title, caption, pictures };
  };
  const words = partsInWords(settings);
  const alone: Block[] = [
    await block(
      'plain',
      'Flips, turns and zoom',
      "Exact but for the zoom, which is the notebook's.",
      (_, key) => shownPlainParts(key, crop),
    ),
  ];
  for (const part of strengthParts) {
    const { name = part } = words.find((one) => one.part === part) ?? {};
    alone.push(
      await block(part, `${name[0]?.toUpperCase()}${name.slice(1)}`, explanations[part], (_, key) =>
        shownPart(part, settings, key, crop),
      ),
    );
  }
  return {
    title: `Augmentation of ${basename(resolve(dataset.folder))}`,
    subtitle: `Squares of ${crop} × ${crop} pixels of ${squares.length} labelled tiles, drawn by seed ${seed}; outlines are the truth`,
    sections: [
      {
        id: 'draws',
        title: 'What training draws',
        blocks: [
          { kind: 'text', paragraphs: [`Probabilities: ${augmentationWords(settings)}.`] },
          await block(
            'draws',
            'Full draws',
            'Each square as it is, named by its tile, and what training could make of it.',
            (_, key) => shownDraws(settings, key, crop, DRAWS),
          ),
        ],
      },
      {
        id: 'parts',
        title: 'Each part by itself',
        blocks: [
          {
            kind: 'text',
            paragraphs: [
              'From the least strength to the most, whether or not the part is ever drawn. The first picture of each row is the square as it is.',
            ],
          },
          ...alone,
        ],
      },
      {
        id: 'settings',
        title: 'Settings',
        blocks: [settingsTable(settings)],
      },
    ],
    data: {
      folder: dataset.folder,
      seed,
      crop,
      settings,
      tiles: squares.map(({ tile, crop }) => ({ id: tile.id, crop })),
    },
  };
}

function settingsTable(settings: AugmentationSettings): Block {
  return {
    kind: 'table',
    name: 'settings',
    title: 'Probabilities and ranges',
    caption: `In the order they are done in. Points of the elastic grid lie ${settings.elastic.spacing} pixels apart; stains are shifted by up to ${settings.stain.shift} of optical density. A run records all of it in config.json.`,
    table: {
      columns: [
        { name: 'part', label: 'part', kind: 'text' },
        { name: 'probability', label: 'probability', kind: 'number' },
        { name: 'range', label: 'strength', kind: 'text' },
      ],
      rows: partsInWords(settings).map(({ name, probability, range }) => ({
        part: name,
        probability,
        range: range === '' ? null : range,
      })),
    },
  };
}
