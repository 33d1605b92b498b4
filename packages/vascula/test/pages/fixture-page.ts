import {
  densityByGroup,
  type Figure,
  groupBars,
  intervalsByGroup,
  lineCurves,
  randomStream,
  scatterByGroup,
  scatterLabelled,
  slideMap,
} from '@vascula/core';
import sharp from 'sharp';
import { type Block, type Page, type Picture, picturePath } from '../../dist/pages/index.js';

/** A name that would be markup, script, attribute and path if anything forgot to escape it. */
export const HOSTILE = `../"'><img src=x onerror=alert(1)></script><script>alert(2)</script>&amp;`;

const GROUPS = ['dataset 1, slide 1', 'dataset 1, slide 2', 'dataset 2, slide 3'];

/** A page with every kind of block and every form of figure, of made-up numbers. */
export async function fixturePage(): Promise<Page> {
  const tiles = await Promise.all(Array.from({ length: 24 }, (_, index) => tile(index)));
  const points = tiles.map(({ picture, group, count, size }, index) => ({
    id: picture.name,
    x: count,
    y: size,
    group,
    picture: picturePath(picture),
    left: (index % 6) * 512,
    top: Math.floor(index / 6) * 512,
  }));
  const figures = [
    groupBars(
      {
        ...words('tiles', 'Tiles by group', 'How many tiles each slide has in each dataset.'),
        value: { label: 'tiles' },
        group: 'dataset and slide',
      },
      GROUPS.map((group) => ({ group, value: points.filter((p) => p.group === group).length })),
    ),
    densityByGroup(
      {
        ...words('density', 'Vessel share', 'How the share of vessel is spread over the tiles.'),
        value: { label: 'share of vessel', unit: '%', domain: [0, 100] },
        reference: { value: 50, label: 'half' },
      },
      points.map(({ y, group }) => ({ value: y / 20, group })),
    ),
    scatterByGroup(
      {
        ...words('scatter', 'Count against size', 'One dot a tile. Hover a dot to see its tile.'),
        x: { label: 'vessels', unit: 'per tile' },
        y: { label: 'mean size', unit: 'px' },
      },
      points,
    ),
    lineCurves(
      {
        ...words('loss', 'Loss', 'Mean loss of each epoch.'),
        x: { label: 'epoch' },
        y: { label: 'loss' },
      },
      [1, 2, 3, 4, 5].flatMap((x) => [
        { x, y: 1 / x, series: 'training' },
        { x, y: 1.2 / x + 0.1, series: 'validation' },
      ]),
    ),
    intervalsByGroup(
      {
        ...words('iou', 'IoU by group', 'Mean IoU with its 95 % interval.'),
        value: { label: 'IoU', domain: [0, 1] },
        group: 'dataset and slide',
      },
      GROUPS.map((group, index) => ({
        group,
        value: 0.5 + index / 10,
        low: 0.4 + index / 10,
        high: 0.65 + index / 10,
      })),
    ),
    scatterLabelled(
      {
        ...words('iou-by-tiles', 'IoU against tiles', 'Groups with more tiles do better.'),
        x: { label: 'training tiles' },
        y: { label: 'IoU', domain: [0, 1] },
      },
      GROUPS.map((label, index) => ({ label, x: 10 + 40 * index, y: 0.5 + index / 10 })),
    ),
    slideMap(
      {
        ...words('map', 'Tiles on their slides', 'Each square is a tile where it was cut.'),
        category: 'dataset',
        categories: ['1', '2'],
        side: 512,
      },
      points.map((point, index) => ({
        ...point,
        slide: point.group,
        x: point.left,
        y: point.top,
        category: String(1 + (index % 2)),
      })),
    ),
  ];
  return {
    title: 'Every kind of block',
    subtitle: '24 made-up tiles',
    sections: [
      { id: 'first', title: 'Words and numbers', blocks: wordBlocks(tiles.map((t) => t.picture)) },
      {
        id: 'figures',
        title: 'Figures',
        blocks: figures.map((figure) => ({ kind: 'figure', figure: figure as Figure })),
      },
      { id: 'hostile', title: HOSTILE, blocks: hostileBlocks() },
    ],
    data: { tiles: points.map(({ id, x, y }) => ({ id, vessels: x, size: y })) },
    hoverPictures: tiles.map((t) => t.picture),
  };
}

function words(name: string, title: string, caption: string) {
  return { name, title, caption };
}

async function tile(index: number) {
  const random = randomStream(4, index);
  const background = { r: 200 + 40 * random.next(), g: 120 + 60 * random.next(), b: 180 };
  const jpeg = await sharp({ create: { width: 96, height: 96, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const name = `tile-${index}`;
  const picture = { name, jpeg, width: 96, height: 96, label: name, alt: `Tile ${index}, pink` };
  return {
    picture,
    group: GROUPS[index % 3],
    count: Math.floor(12 * random.next()),
    size: 200 + 1500 * random.next(),
  };
}

function wordBlocks(pictures: readonly Picture[]): Block[] {
  return [
    {
      kind: 'text',
      paragraphs: ['Made of nothing but numbers.', 'A second paragraph, to see their distance.'],
    },
    { kind: 'notice', level: 'info', text: 'Two tiles have no label.' },
    { kind: 'notice', level: 'warning', text: 'Slide 3 has fewer than 10 tiles.' },
    {
      kind: 'facts',
      items: [
        { label: 'tiles', value: 24 },
        { label: 'slides', value: 3 },
        { label: 'median IoU', value: null },
        { label: 'network', value: 'U-Net, 32 channels' },
      ],
    },
    {
      kind: 'table',
      name: 'groups',
      title: 'Groups',
      caption: 'Mean share of vessel in each group.',
      table: {
        columns: [
          { name: 'group', label: 'group', kind: 'text' },
          { name: 'tiles', label: 'tiles', kind: 'integer' },
          { name: 'share', label: 'share of vessel', unit: '%', kind: 'number', digits: 1 },
        ],
        rows: [
          { group: GROUPS[0], tiles: 8, share: 12.34 },
          { group: GROUPS[1], tiles: 10, share: null },
          { group: GROUPS[2], tiles: 6, share: 4.5 },
        ],
      },
    },
    {
      kind: 'pictures',
      name: 'gallery',
      title: 'Gallery',
      caption: 'Eight tiles drawn at random.',
      pictures: pictures.slice(0, 8),
    },
  ];
}

function hostileBlocks(): Block[] {
  const scatter = scatterByGroup(
    { name: 'hostile', title: HOSTILE, caption: HOSTILE, x: { label: HOSTILE }, y: { label: 'y' } },
    [
      {
        id: HOSTILE,
        x: 1,
        y: 1,
        group: HOSTILE,
        series: HOSTILE,
        picture: 'https://example.org/a.png',
      },
      { id: HOSTILE, x: 2, y: 3, group: HOSTILE, series: HOSTILE, picture: 'javascript:alert(3)' },
    ],
  );
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  return [
    { kind: 'figure', figure: scatter as Figure },
    { kind: 'text', paragraphs: [HOSTILE] },
    { kind: 'notice', level: 'info', text: HOSTILE },
    { kind: 'facts', items: [{ label: HOSTILE, value: HOSTILE }] },
    {
      kind: 'table',
      name: 'hostile',
      title: HOSTILE,
      caption: HOSTILE,
      table: {
        columns: [{ name: HOSTILE, label: HOSTILE, kind: 'text' }],
        rows: [{ [HOSTILE]: HOSTILE }],
      },
    },
    {
      kind: 'pictures',
      name: 'hostile',
      title: HOSTILE,
      caption: HOSTILE,
      pictures: [{ name: HOSTILE, png, width: 1, height: 1, label: HOSTILE, alt: HOSTILE }],
    },
  ];
}
