import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { SYNTHETIC_SLIDES, syntheticTile, threshold } from '@vascula/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { weightsDigest } from '../../dist/artefact/digests.js';
import { readArtefact } from '../../dist/artefact/index.js';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { jsonText, openRun, runFiles } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { middleCutoff, tinyDataset } from '../support/tiny-run.js';

const PYTHON = '/usr/bin/python3';
const has = (...modules: string[]) =>
  spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0;
const hasChecks = has('onnx', 'cv2', 'numpy');
const hasImages = has('cv2', 'numpy', 'PIL');
const oracle = fileURLToPath(new URL('../oracles/artefact.py', import.meta.url));
const run = promisify(execFile);

const TRAIN =
  '--epochs 2 --crop 64 --batch 4 --learning-rate 0.01 --threads 1 --preset quick'.split(' ');
const networks = {
  unet: '--model unet --base 4 --depth 5 --kernel 5'.split(' '),
  fcn: '--model fcn --base 4 --depth 4 --kernel 3 --local-contrast 31'.split(' '),
};
type Network = keyof typeof networks;
const names = Object.keys(networks) as Network[];
const sizes = [
  [256, 256],
  [512, 512],
  [352, 416],
] as const;

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
/** Of a run whose cutoff has pixels on either side. */
const folderOf = (network: Network) => join(temporary.path, network);

beforeAll(async () => {
  temporary = await temporaryFolder();
  const data = await tinyDataset(temporary.path);
  const image = await writeImage('first.png', 256, 256);
  for (const network of names) {
    const folder = folderOf(network);
    await commandLine(['train', data, '-o', folder, ...networks[network], ...TRAIN]);
    const { config } = await openRun(folder);
    const recipe = { ...config.recipe, cutoff: await middleCutoff(folder, [image]) };
    await writeFile(runFiles(folder).config, jsonText({ ...config, recipe }));
  }
});
afterAll(() => temporary.remove());

/** A synthetic tile, cut to a size; gives the path of a PNG. */
async function writeImage(name: string, width: number, height: number): Promise<string> {
  const size = 512;
  const { image } = syntheticTile({ seed: 4, item: 7, size, slide: SYNTHETIC_SLIDES[3] });
  const path = join(temporary.path, name);
  await sharp(image, { raw: { width: size, height: size, channels: 3 } })
    .extract({ left: 0, top: 0, width, height })
    .png()
    .toFile(path);
  return path;
}

async function pixelsOf(path: string) {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

function predicted(network: Network, paths: readonly string[]): Promise<Float32Array[]> {
  return withPredictor(
    new RecordingTerminal(),
    folderOf(network),
    { threads: 1 },
    async (predict) => {
      const maps: Float32Array[] = [];
      for (const path of paths) maps.push(await predict(await pixelsOf(path)));
      return maps;
    },
  );
}

async function exported(network: Network, input: string, folder = temporary.path) {
  const file = join(folder, `${network}-${input}.onnx`);
  const { code, messages } = await commandLine([
    ...['export', folderOf(network), '-o', file, '--input', input],
  ]);
  if (code !== 0) throw new Error(messages);
  return file;
}

describe.skipIf(!hasChecks)(
  `onnx.checker and OpenCV (skipped without python3-onnx and python3-opencv at ${PYTHON})`,
  () => {
    test.each(names.flatMap((network) => [`${network} float`, `${network} uint8`]))(
      '%s: a valid model, digests as defined, the same probability and masks',
      async (what) => {
        const [network, input] = what.split(' ') as [Network, string];
        const file = await exported(network, input);
        const images = await Promise.all(
          sizes.map(([width, height]) => writeImage(`${what}-${width}.png`, width, height)),
        );
        const maps = await predicted(network, images);
        const pairs: string[] = [];
        for (const [at, image] of images.entries()) {
          const values = `${image}.f32`;
          await writeFile(values, new Uint8Array(maps[at].buffer));
          pairs.push(image, values);
        }
        const { stdout } = await run(PYTHON, [oracle, file, ...pairs]);
        const found = JSON.parse(stdout);
        const { graph, facts } = await readArtefact(file);
        expect(found.opset).toEqual([17]);
        expect(found.valuesWithShape).toBeGreaterThan(10);
        expect(found.operators).not.toContain('BatchNormalization');
        expect(found.weights).toBe(weightsDigest(graph));
        expect(found.weights).toBe(facts.weights);
        expect(found.digest).toBe(await digestOf(file));
        const [tile, ...others] = found.opencv;
        expect(tile.maximumDifference).toBeLessThan(1e-4);
        expect(others.map(({ shape }: { shape: number[] }) => shape)).toEqual(
          sizes.map(([width, height]) => [height, width]),
        );
        for (const one of others) {
          expect(one.maximumDifference).toBeLessThan(1e-4);
          expect(one.farthestChanged).toBeLessThan(1e-4);
          // Masks of one class alone would agree whatever was computed.
          expect(one.vesselPixels).toBeGreaterThan(0.05 * one.shape[0] * one.shape[1]);
          expect(one.vesselPixels).toBeLessThan(0.95 * one.shape[0] * one.shape[1]);
          // And probabilities that are all alike would agree to any digit.
          expect(one.spread).toBeGreaterThan(0.05);
        }
      },
    );
  },
);

async function digestOf(file: string): Promise<unknown> {
  const { readOnnx } = await import('@vascula/autograd');
  return readOnnx(await readFile(file)).metadata['vascula.digest'];
}

describe('the programs of the model card, as they stand', () => {
  const [width, height] = [150, 101];
  let expected: Record<Network, { probability: Float32Array; cutoff: number }>;
  let image: string;
  beforeAll(async () => {
    image = await writeImage('card.png', width, height);
    const of = async (network: Network) => {
      const [probability] = (await predicted(network, [image])) as [Float32Array];
      return { probability, cutoff: (await openRun(folderOf(network))).config.recipe.cutoff };
    };
    expected = { unet: await of('unet'), fcn: await of('fcn') };
  });

  /** A folder with the model, the tile and the card; gives the programs of the card by their heading. */
  async function asked(network: Network, input: string, name: string) {
    const folder = join(temporary.path, name);
    await mkdir(folder);
    await writeFile(join(folder, 'tile.png'), await readFile(image));
    const file = await exported(network, input, folder);
    const card = await readFile(file.replace('.onnx', '.md'), 'utf8');
    const programs = [
      ...card.matchAll(/^### (.*)\n[^`]*(?:`[^`]+`[^`]*)*?```\w+\n([\s\S]*?)\n```$/gm),
    ];
    return { folder, programs: new Map(programs.map(([, title, code]) => [title, code])) };
  }

  function expectMask(network: Network, mask: Uint8Array) {
    const { probability, cutoff } = expected[network];
    const right = threshold(probability, cutoff);
    expect(right).toContain(0);
    expect(right).toContain(1);
    expect(mask.length).toBe(right.length);
    for (const [p, is] of right.entries())
      if (mask[p] !== is) expect(Math.abs(probability[p] - cutoff)).toBeLessThan(1e-4);
  }

  async function maskOf(folder: string): Promise<Uint8Array> {
    const { data } = await sharp(join(folder, 'mask.png'))
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    return data.map((value) => value / 255);
  }

  const cases = [
    ['unet', 'float'],
    ['fcn', 'uint8'],
  ] as const;

  test.skipIf(!hasImages).each(cases)(
    `OpenCV, %s %s (skipped without python3-opencv at ${PYTHON})`,
    async (network, input) => {
      const { folder, programs } = await asked(network, input, `opencv-${network}-${input}`);
      const code = programs.get('OpenCV, Python (`dnn`)') as string;
      await run(PYTHON, ['-c', code], { cwd: folder });
      expectMask(network, await maskOf(folder));
    },
  );

  // Debian has no onnxruntime for Python: OpenCV stands in for its session.
  const STAND_IN = `import cv2

class InferenceSession:
    def __init__(self, path):
        self.net = cv2.dnn.readNetFromONNX(path)

    def run(self, outputs, feeds):
        assert outputs == ["probability"] and list(feeds) == ["image"]
        self.net.setInput(feeds["image"])
        return [self.net.forward()]
`;
  test.skipIf(!hasImages).each(cases)(
    `ONNX Runtime in Python, %s %s, on a stand-in (skipped without python3-opencv, python3-pil at ${PYTHON})`,
    async (network, input) => {
      const { folder, programs } = await asked(network, input, `python-${network}-${input}`);
      await writeFile(join(folder, 'onnxruntime.py'), STAND_IN);
      const code = programs.get('ONNX Runtime, Python') as string;
      await writeFile(join(folder, 'program.py'), code);
      await run(PYTHON, ['program.py'], { cwd: folder });
      expectMask(network, await maskOf(folder));
    },
  );

  test.each(cases)('ONNX Runtime Web, %s %s', async (network, input) => {
    const { folder, programs } = await asked(network, input, `web-${network}-${input}`);
    const code = programs.get('ONNX Runtime Web, JavaScript') as string;
    // The program finds the package where it is installed.
    const runtime = import.meta.resolve('onnxruntime-web');
    await writeFile(join(folder, 'card.mjs'), code.replace("'onnxruntime-web'", `'${runtime}'`));
    const { data } = await pixelsOf(image);
    const rgba = Array.from({ length: width * height }, (_, p) => [
      ...data.subarray(3 * p, 3 * p + 3),
      255,
    ]).flat();
    await writeFile(join(folder, 'pixels.json'), JSON.stringify(rgba));
    const caller = `import { readFileSync } from 'node:fs';
const { vessels } = await import(${JSON.stringify(pathToFileURL(join(folder, 'card.mjs')).href)});
const data = Uint8ClampedArray.from(JSON.parse(readFileSync('pixels.json', 'utf8')));
const mask = await vessels({ data, width: ${width}, height: ${height} });
process.stdout.write(mask.join(''));
process.exit(0);`;
    await writeFile(join(folder, 'caller.mjs'), caller);
    const { stdout } = await run(process.execPath, ['caller.mjs'], { cwd: folder });
    expectMask(network, Uint8Array.from(stdout, Number));
  });
});
