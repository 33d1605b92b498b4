import { groupBy, type Row, slideMap, type Table } from '@vascula/core';
import type { Tile } from '../dataset/index.js';
import type { Block, Section } from '../pages/index.js';
import type { FoldsResults } from './folds-results.js';
import { neighbourBlocks } from './neighbour-blocks.js';
import { splitWords } from './settings.js';

/** Which fold each tile is validated in, where the tiles lie, and what it is worth to lie beside tiles trained on. */
export function foldsSplitSection({ runs, dataset, evaluation }: FoldsResults): Section {
  const [first] = runs as [FoldsResults['runs'][number]];
  const { data, split } = first.run.config;
  const { dropped } = first.run.split;
  const tiles = new Map(dataset.tiles.map((tile) => [tile.id, tile]));
  const rows = runs.flatMap(({ name, run }) =>
    run.split.validation.map((id) => ({ tile: tiles.get(id) as Tile, fold: name })),
  );
  const names = runs.map(({ name }) => name);
  // Images by themselves have no place in a slide.
  const isPlaced = data.pairs === undefined;
  const map = slideMap(
    {
      name: 'fold-map',
      title: 'Where the folds lie',
      caption:
        'Each square is a tile at its place in its slide, in the colour of the fold that validates on it. A tile beside ' +
        'one of another fold is tissue that its network has nearly seen.',
      category: 'fold',
      categories: names,
      side: data.tileSize.width,
    },
    (isPlaced ? rows : []).map(({ tile, fold }) => ({
      id: tile.id,
      slide: `slide ${tile.source}`,
      x: tile.i,
      y: tile.j,
      category: fold,
    })),
  );
  const neighbours = runs.reduce((sum, { run }) => sum + run.split.neighbours, 0);
  const blocks: Block[] = [
    { kind: 'text', paragraphs: [`Parted into ${runs.length} folds, ${splitWords(split)}.`] },
    {
      kind: 'facts',
      items: [
        { label: 'folds', value: runs.length },
        { label: 'tiles, each validated on once', value: rows.length },
        { label: 'parted by', value: split.by },
        { label: 'seed of the split', value: split.seed },
        { label: 'tiles that touch a training tile of their fold', value: neighbours },
        ...(dropped === undefined
          ? []
          : [{ label: 'tiles left out that repeat another', value: dropped.length }]),
      ],
    },
    {
      kind: 'table',
      name: 'folds-by-group',
      title: 'Tiles by dataset, slide and fold',
      caption: 'How many tiles of each dataset and slide a fold validates on.',
      table: countTable(rows, names),
    },
    ...(map === undefined ? [] : [{ kind: 'figure' as const, figure: map }]),
    ...(evaluation.neighbours === null ? [] : neighbourBlocks(evaluation.neighbours)),
  ];
  return { id: 'split', title: 'Split', blocks };
}

function countTable(
  rows: readonly { readonly tile: Tile; readonly fold: string }[],
  folds: readonly string[],
): Table {
  const counted = rows.map(({ tile: { dataset, source }, fold }) => ({ dataset, source, fold }));
  const counts = (of: readonly { readonly fold: string }[]) => ({
    ...Object.fromEntries(
      folds.map((name) => [name, of.filter(({ fold }) => fold === name).length]),
    ),
    tiles: of.length,
  });
  const groups = groupBy(counted, ['dataset', 'source']).map(
    ({ key, rows: members }): Row => ({ ...key, ...counts(members) }),
  );
  return {
    columns: [
      { name: 'dataset', label: 'dataset', kind: 'text' },
      { name: 'source', label: 'slide', kind: 'text' },
      ...folds.map((name) => ({ name, label: name, kind: 'integer' as const })),
      { name: 'tiles', label: 'tiles', kind: 'integer' },
    ],
    rows: [...groups, { dataset: 'all', source: '', ...counts(counted) }],
  };
}
