import { groupBy, type Row, slideMap, sum, type Table } from '@vascula/core';
import type { Tile } from '../dataset/index.js';
import { neighbourSentences, neighbourWarning, type RunEvaluation } from '../evaluation/index.js';
import type { Block, Section } from '../pages/index.js';
import type { Run, RunSplit } from '../run/index.js';
import { neighbourBlocks } from './neighbour-blocks.js';
import type { RunResults } from './results.js';
import { splitWords } from './settings.js';

const sides = { train: 'training', validation: 'validation' } as const;

/**
 * Which tiles were trained on, how they were parted, where they lie, and what it is worth to lie beside
 * tiles trained on.
 */
export function splitSection({
  run,
  dataset,
  evaluation,
}: Pick<RunResults, 'run' | 'dataset' | 'evaluation'>): Section {
  const { split, config } = run;
  const tiles = new Map(dataset.tiles.map((tile) => [tile.id, tile]));
  const rows = (['train', 'validation'] as const).flatMap((side) =>
    split[side].map((id) => ({ tile: tiles.get(id) as Tile, side: sides[side] })),
  );
  // Images by themselves have no place in a slide.
  const isPlaced = config.data.pairs === undefined;
  const map = slideMap(
    {
      name: 'split-map',
      title: 'Where the tiles lie',
      caption:
        'Each square is a tile at its place in its slide. Validation tiles beside training tiles show the ' +
        'network tissue it has nearly seen.',
      category: 'side',
      categories: Object.values(sides),
      side: config.data.tileSize.width,
    },
    (isPlaced ? rows : []).map(({ tile, side }) => ({
      id: tile.id,
      slide: `slide ${tile.source}`,
      x: tile.i,
      y: tile.j,
      category: side,
    })),
  );
  const blocks: Block[] = [
    { kind: 'text', paragraphs: [`Parted ${splitWords(config.split)}.${foldSentence(split)}`] },
    {
      kind: 'facts',
      items: [
        { label: 'tiles trained on', value: split.train.length },
        { label: 'tiles validated on', value: split.validation.length },
        { label: 'parted by', value: config.split.by },
        { label: 'seed of the split', value: config.split.seed },
        ...(split.fold === undefined
          ? []
          : [{ label: 'fold', value: `${split.fold.number} of ${split.fold.of}` }]),
        ...(split.earlier.length === 0
          ? []
          : [{ label: 'tiles its first weights were trained on', value: split.earlier.length }]),
        { label: 'validation tiles that touch a training tile', value: split.neighbours },
        ...(split.dropped === undefined
          ? []
          : [{ label: 'tiles left out that repeat another', value: split.dropped.length }]),
      ],
    },
    {
      kind: 'table',
      name: 'split-by-group',
      title: 'Tiles by dataset and slide',
      caption: 'A dataset is a batch of annotation; a slide may have tiles in several.',
      table: countTable(rows),
    },
    ...(map === undefined ? [] : [{ kind: 'figure' as const, figure: map }]),
    ...(evaluation?.neighbours ? neighbourBlocks(evaluation.neighbours) : []),
  ];
  return { id: 'split', title: 'Split', blocks };
}

function foldSentence({ fold }: Run['split']): string {
  if (fold === undefined) return '';
  return (
    ` This is fold ${fold.number} of ${fold.of}: with the runs of the other folds, of the same split and seed, every ` +
    'tile is validated on once.'
  );
}

/** What a reader of a score must know of its split; undefined where the sides lie apart. */
export function neighbourNotice(
  { split }: { readonly split: Pick<RunSplit, 'neighbours' | 'validation'> },
  { neighbours }: Pick<RunEvaluation, 'neighbours'>,
): Block | undefined {
  const warning = neighbourWarning(split);
  if (warning === undefined) return undefined;
  const [difference] = neighbours === null ? [] : neighbourSentences(neighbours);
  const text = difference === undefined ? warning : `${warning} ${difference}`;
  return { kind: 'notice', level: 'warning', text };
}

function countTable(rows: readonly { readonly tile: Tile; readonly side: string }[]): Table {
  const counted = rows.map(({ tile: { dataset, source }, side }) => ({
    dataset,
    source,
    training: side === sides.train ? 1 : 0,
    validation: side === sides.validation ? 1 : 0,
  }));
  const totals = (of: readonly (typeof counted)[number][]) => ({
    training: sum(of, 'training'),
    validation: sum(of, 'validation'),
  });
  const groups = groupBy(counted, ['dataset', 'source']).map(
    ({ key, rows: members }): Row => ({ ...key, ...totals(members) }),
  );
  return {
    columns: [
      { name: 'dataset', label: 'dataset', kind: 'text' },
      { name: 'source', label: 'slide', kind: 'text' },
      { name: 'training', label: 'training tiles', kind: 'integer' },
      { name: 'validation', label: 'validation tiles', kind: 'integer' },
    ],
    rows: [...groups, { dataset: 'all', source: '', ...totals(counted) }],
  };
}
