import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OnnxFile, readOnnx, type Tensor, writeOnnx } from '@vascula/autograd';
import { decodeBase64, encodeBase64 } from '@vascula/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metadataDigest, weightsDigest } from '../../dist/artefact/digests.js';
import { readArtefact } from '../../dist/artefact/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let model: string;
let file: OnnxFile;
let count = 0;
beforeAll(async () => {
  temporary = await temporaryFolder();
  const data = await tinyDataset(temporary.path);
  const run = join(temporary.path, 'run');
  model = join(temporary.path, 'model.onnx');
  await commandLine(['train', data, '-o', run, '--epochs', '1', ...tinyFlags]);
  await commandLine(['export', run, '-o', model, '--pixel-size', '0.5']);
  file = readOnnx(await readFile(model));
});
afterAll(() => temporary.remove());

const verify = (path: string, ...flags: string[]) =>
  commandLine(['verify', path, '--threads', '1', ...flags]);

const newFile = () => join(temporary.path, `changed-${count++}.onnx`);

/** The model with its graph or metadata changed, and the digest of the metadata set right unless kept. */
async function changed(
  { graph = file.graph, metadata = file.metadata }: Partial<OnnxFile>,
  digest: 'right' | 'kept' = 'right',
): Promise<string> {
  const path = newFile();
  const signed =
    digest === 'right' ? { ...metadata, 'vascula.digest': metadataDigest(metadata) } : metadata;
  await writeFile(path, writeOnnx(graph, signed));
  return path;
}

/** The same with a number in the middle of the largest weight changed. */
function withWeight(change: (value: number) => number): OnnxFile['graph'] {
  const { graph } = file;
  const [name, tensor] = [...graph.initialisers].reduce((a, b) =>
    b[1].data.length > a[1].data.length ? b : a,
  );
  const data = Float32Array.from(tensor.data as Float32Array);
  const at = data.length >> 1;
  data[at] = change(data[at] as number);
  const initialisers = new Map<string, Tensor>(graph.initialisers).set(name, { ...tensor, data });
  return { ...graph, initialisers };
}

test('a model as it was exported: what it is, where it is from, verified, 0', async () => {
  const { code, output } = await verify(model);
  expect(code).toBe(0);
  for (const words of [
    'U-Net with base 2, depth 3, kernel 3',
    'multiples of 4; side of a pixel: 0.5 µm',
    'trained on 6 tiles of 4 slides; validated on 2 of 2 slides, split at random',
    'Weights: as they were written.',
    'Test tile (64 x 64, of a validation tile) on cpu',
    `${model} is verified`,
  ])
    expect(output).toContain(words);
});

test('--json: one document, without the pixels', async () => {
  const { output, code } = await verify(model, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    file: model,
    device: 'cpu',
    verified: true,
    weights: { sha256: weightsDigest(file.graph), asWritten: true },
    pixels: 64 * 64,
    maximumDifference: 0,
    changedPixels: 0,
    facts: { pixelSize: 0.5, testTile: { origin: 'validation', width: 64, height: 64 } },
  });
  expect(output).not.toContain('"pixels": "');
});

test('a file that another program read and wrote again is still verified, with keys of others', async () => {
  const initialisers = new Map([...file.graph.initialisers].reverse());
  const path = await changed(
    { graph: { ...file.graph, initialisers }, metadata: { licence: 'MIT', ...file.metadata } },
    'kept',
  );
  expect((await verify(path)).code).toBe(0);
});

describe('weights that were changed', () => {
  test('are told by their digest, however little they change', async () => {
    const path = await changed({ graph: withWeight((value) => value * (1 + 1e-6)) });
    const { code, output } = await verify(path);
    expect(code).toBe(1);
    expect(output).toContain('Weights: changed since the export');
    expect(output).toContain(`${path} is NOT verified.`);
  });

  test('and the digest with them: by what the test tile gives', async () => {
    const graph = withWeight((value) => value + 5);
    const metadata = { ...file.metadata, 'vascula.weights': weightsDigest(graph) };
    const path = await changed({ graph, metadata });
    const { code, output } = await verify(path);
    expect(code).toBe(1);
    expect(output).toContain('Weights: as they were written.');
    expect(output).toMatch(/differs by \d\.\de[-+]\d at most/);
    expect(output).toContain(`${path} is NOT verified: a difference up to 0.001 is allowed.`);
    expect((await verify(path, '--tolerance', '1')).code).toBe(0);
  });

  test('to NaN: no number, and not verified with any tolerance', async () => {
    const graph = withWeight(() => Number.NaN);
    const metadata = { ...file.metadata, 'vascula.weights': weightsDigest(graph) };
    const path = await changed({ graph, metadata });
    const { code, output } = await verify(path, '--tolerance', '1', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ verified: false, maximumDifference: null });
  });
});

test('an expectation that is not met: how far, and how many pixels change side', async () => {
  const { expected, facts } = await readArtefact(model);
  const other = expected.map((p, at) => (at < 7 ? 1 - p : p));
  const tile = { ...facts.testTile, probability: encodeBase64(new Uint8Array(other.buffer)) };
  const sides = [...expected.subarray(0, 7)].filter(
    (p) => p > Math.fround(facts.cutoff) !== Math.fround(1 - p) > Math.fround(facts.cutoff),
  );
  const metadata = { ...file.metadata, 'vascula.test-tile': JSON.stringify(tile) };
  const { output } = await verify(await changed({ metadata }), '--json');
  const farthest = Math.max(...expected.subarray(0, 7).map((p) => Math.abs(1 - 2 * p)));
  const { changedPixels, maximumDifference } = JSON.parse(output);
  expect(changedPixels).toBe(sides.length);
  expect(maximumDifference).toBeCloseTo(farthest, 6);
});

describe('files that are no such model: one clear message, 1', () => {
  const metadataWithout = (key: string) => {
    const { [key]: _, ...rest } = file.metadata;
    return rest;
  };
  const tileWith = async (change: object) => {
    const { facts } = await readArtefact(model);
    const tile = JSON.stringify({ ...facts.testTile, ...change });
    return changed({ metadata: { ...file.metadata, 'vascula.test-tile': tile } });
  };

  test.each<[what: string, make: () => Promise<string>, words: string]>([
    ['missing', async () => join(temporary.path, 'none.onnx'), 'none.onnx: is missing'],
    ['a folder', async () => temporary.path, 'is a folder'],
    [
      'no ONNX',
      async () => {
        const path = newFile();
        await writeFile(path, 'a text, and no model');
        return path;
      },
      'not an ONNX file',
    ],
    [
      'empty',
      async () => {
        const path = newFile();
        await writeFile(path, '');
        return path;
      },
      'not an ONNX file',
    ],
    [
      'cut short',
      async () => {
        const path = newFile();
        await writeFile(path, (await readFile(model)).subarray(0, 900));
        return path;
      },
      'cut short',
    ],
    ['of another program', () => changed({ metadata: {} }), 'has no metadata of vascula'],
    [
      'of an older vascula',
      () => changed({ metadata: { 'vascula.version': '0.0.9' } }),
      'was written by vascula 0.0.9, which put no test tile into models',
    ],
    [
      'of a newer format',
      () => changed({ metadata: { ...file.metadata, 'vascula.format': 'vascula artefact 9' } }),
      'expected vascula artefact 1',
    ],
    [
      'a cutoff changed',
      () => changed({ metadata: { ...file.metadata, 'vascula.cutoff': '0.3' } }, 'kept'),
      'metadata vascula.digest: is not that of the metadata',
    ],
    [
      'a cutoff out of range',
      () => changed({ metadata: { ...file.metadata, 'vascula.cutoff': '3' } }),
      '(metadata vascula.cutoff): found 3; expected a number at most 1',
    ],
    [
      'metadata that are no JSON',
      () => changed({ metadata: { ...file.metadata, 'vascula.split': '{"by":' } }),
      '(metadata vascula.split): is not JSON',
    ],
    [
      'metadata that nest without end',
      () => changed({ metadata: { ...file.metadata, 'vascula.recipe': '['.repeat(1e5) } }),
      'nests deeper than',
    ],
    [
      'the weights’ digest missing',
      () => changed({ metadata: metadataWithout('vascula.weights') }),
      'metadata vascula.weights: is missing',
    ],
    [
      'the digest missing',
      () => changed({ metadata: metadataWithout('vascula.digest') }, 'kept'),
      'metadata vascula.digest: is missing',
    ],
    ['no base64', () => tileWith({ pixels: 'a*==' }), '(metadata vascula.test-tile): pixels'],
    [
      'too few pixels',
      () => tileWith({ pixels: encodeBase64(new Uint8Array(99)) }),
      'pixels: 99 bytes; expected 12288, as its size says',
    ],
    [
      'a size that claims much',
      () => tileWith({ width: 2 ** 30, height: 2 ** 30 }),
      'as its size says',
    ],
    [
      'a size the network does not take',
      () =>
        tileWith({
          width: 3,
          height: 3,
          pixels: encodeBase64(new Uint8Array(27)),
          probability: encodeBase64(new Uint8Array(36)),
        }),
      'is of 3 x 3 pixels; expected multiples of 4',
    ],
    [
      'another input',
      () =>
        changed({
          graph: {
            ...file.graph,
            inputs: [{ name: 'picture', type: 'float32', shape: [1, 3, 8, 8] }],
          },
        }),
      'takes picture float32 [1, 3, 8, 8]',
    ],
    [
      'an operator that is none',
      () =>
        changed({
          graph: {
            ...file.graph,
            nodes: file.graph.nodes.map((node) =>
              node.operator === 'Sigmoid' ? { ...node, operator: 'Sigmund' } : node,
            ),
          },
        }),
      'cannot be run here',
    ],
  ])('%s', async (_, make, words) => {
    const { code, output, messages } = await verify(await make());
    expect(messages).toContain(words);
    expect(messages).toMatch(/^error: [^\n]*\n$/);
    expect(messages).not.toContain('unexpected');
    expect(output).toBe('');
    expect(code).toBe(1);
  });

  test('cut anywhere, or with any byte changed: never a fault of ours, never another model', async () => {
    const bytes = await readFile(model);
    const { facts } = await readArtefact(model);
    const path = newFile();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.nat(bytes.length - 1).map((length) => bytes.subarray(0, length)),
          fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
            const spoiled = Buffer.from(bytes);
            spoiled[at] = (spoiled[at] as number) ^ by;
            return spoiled;
          }),
        ),
        async (spoiled) => {
          await writeFile(path, spoiled);
          const read = await readArtefact(path).catch((error: Error) => error);
          if (read instanceof Error) expect(read.name).toBe('InputError');
          // What was not refused says the same of itself; whether it computes the same, the tile shows.
          else expect(read.facts).toEqual(facts);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('what a terminal would act on is not printed from a file', async () => {
  const metadata = { ...file.metadata, 'vascula.input': 'image\u001b[2J\u202e' };
  const { output } = await verify(await changed({ metadata }));
  expect(output).toContain('image\ufffd[2J\ufffd');
  expect(output).not.toContain('\u001b');
});

test('the tile of the file is what is run: its bytes are those of the metadata', async () => {
  const copy = newFile();
  await copyFile(model, copy);
  const { testTile, expected } = await readArtefact(copy);
  const tile = JSON.parse(file.metadata['vascula.test-tile'] as string);
  expect(testTile.data).toEqual(decodeBase64(tile.pixels));
  expect(new Uint8Array(expected.buffer)).toEqual(decodeBase64(tile.probability));
});
