import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

export const SIZE = 32;

/** A folder of its own for one test, and what removes it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'vascula-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Distinct, non-uniform pixels for each seed. */
export function pixels(seed: number, width = SIZE, height = SIZE, channels = 3): Uint8Array {
  return Uint8Array.from(
    { length: width * height * channels },
    (_, at) => (at * 7 + seed * 31) % 251,
  );
}

export function tiff(
  data: Uint8Array | Uint16Array,
  { width = SIZE, height = SIZE, channels = 3 as 1 | 3 | 4 } = {},
): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).tiff({ compression: 'lzw' }).toBuffer();
}

export const SQUARE = [
  [2, 3],
  [10, 3],
  [10, 12],
  [2, 12],
];

export function labelLine(id: string, ...outlines: unknown[]): string {
  const annotations = outlines.map((outline) => ({ type: 'blood_vessel', coordinates: [outline] }));
  return JSON.stringify({ id, annotations });
}

export const TILE_META = [
  'id,source_wsi,dataset,i,j',
  'aa,1,1,00000,00512',
  'bb,1,1,00512,00512',
  'cc,2,2,01024,00036',
  'dd,9,3,00000,00000',
].join('\n');

/**
 * A good dataset of four rows: aa and bb labelled, cc not, dd without a file; one test tile. Each fault
 * test spoils one thing of it.
 */
export async function writeGoodFolder(folder: string): Promise<void> {
  await mkdir(join(folder, 'train'));
  await mkdir(join(folder, 'test'));
  await writeFile(join(folder, 'tile_meta.csv'), `${TILE_META}\n`);
  await writeFile(
    join(folder, 'wsi_meta.csv'),
    'source_wsi,age,sex,race,height,weight,bmi\n1,58,F,W,160.0,59.0,23.0\n2,,M,B,166.0,73.0,26.5\n',
  );
  await writeFile(
    join(folder, 'sample_submission.csv'),
    'id,height,width,prediction_string\ntt,32,32,0 1.0 eNoLTDAwyrM3yI/PMwcAE94DZA==\n',
  );
  const glomerulus = {
    type: 'glomerulus',
    coordinates: [
      [
        [20, 20],
        [28, 20],
        [24, 28],
      ],
    ],
  };
  const bb = { id: 'bb', annotations: [glomerulus, { ...glomerulus, type: 'unsure' }] };
  bb.annotations[1].coordinates = [
    [
      [0, 0],
      [5, 0],
      [0, 5],
    ],
  ];
  await writeFile(
    join(folder, 'polygons.jsonl'),
    `${labelLine('aa', SQUARE)}\n${JSON.stringify(bb)}\n`,
  );
  for (const [seed, name] of ['train/aa', 'train/bb', 'train/cc', 'test/tt'].entries()) {
    await writeFile(join(folder, `${name}.tif`), await tiff(pixels(seed)));
  }
}
