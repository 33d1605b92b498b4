import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readOnnx } from '@vascula/autograd';
import { decodeBase64, notebookRule } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArtefact } from '../../dist/artefact/index.js';
import { openDataset, readTile, tileMask } from '../../dist/dataset/index.js';
import { openRun, runFiles, writePostprocessing } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let run: string;
let count = 0;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
  run = join(temporary.path, 'run');
  await commandLine(['train', data, '-o', run, '--epochs', '2', ...tinyFlags]);
});
afterAll(() => temporary.remove());

const newFile = () => join(temporary.path, `model-${count++}.onnx`);

/** Exports the run; throws where that fails. */
async function exported(...flags: string[]): Promise<string> {
  const file = newFile();
  const { code, messages } = await commandLine(['export', run, '-o', file, ...flags]);
  if (code !== 0) throw new Error(messages);
  return file;
}

test('the file says what it is, where it is from, and what it scores', async () => {
  const file = await exported('--pixel-size', '0.5');
  const { facts } = await readArtefact(file);
  const { config, split } = await openRun(run);
  const metrics = JSON.parse(await readFile(runFiles(run).metrics, 'utf8'));
  expect(facts).toMatchObject({
    model: config.model,
    recipe: config.recipe,
    cutoff: config.recipe.cutoff,
    sizeMultiple: 4,
    pixelSize: 0.5,
    classes: ['blood_vessel'],
    channelOrder: 'rgb',
    normalise: 'none',
    epoch: metrics.epoch,
    split: {
      by: 'random',
      train: split.train.length,
      validation: split.validation.length,
      neighbours: split.neighbours,
    },
  });
  const { overall, foundIou } = metrics.assessment;
  expect(facts.metrics).toEqual({
    epoch: metrics.epoch,
    cutoff: metrics.cutoff,
    images: overall.images,
    slides: overall.slides,
    vessels: overall.vessels,
    foundIou,
    headlines: overall.headlines,
  });
  expect(facts.rules).toBeUndefined();
});

test('the digest of the data is the one that is defined, from the files on', async () => {
  const { facts } = await readArtefact(await exported());
  const { split } = await openRun(run);
  const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
  const dataset = await openDataset(data);
  const slides = { train: new Set(), validation: new Set() };
  const lines: string[] = [];
  for (const tile of dataset.tiles) {
    const side = (['train', 'validation'] as const).find((name) => split[name].includes(tile.id));
    if (side === undefined) continue;
    slides[side].add(tile.source);
    const image = await readTile(tile);
    const truth = await tileMask(tile, 'blood_vessel', image);
    lines.push(`${side}\t${tile.id}\t64\t64\t${sha256(image.data)}\t${sha256(truth)}\n`);
  }
  expect(facts.data).toEqual({
    sha256: sha256(lines.sort().join('')),
    slides: { train: slides.train.size, validation: slides.validation.size },
  });
});

test('the same data in another folder have the same digest; one vessel less, another', async () => {
  const moved = join(temporary.path, 'moved');
  await cp(data, moved, { recursive: true });
  const digest = async (folder: string) =>
    (await readArtefact(await exported('--data', folder))).facts.data?.sha256;
  const original = await digest(data);
  expect(await digest(moved)).toBe(original);
  const path = join(moved, 'polygons.jsonl');
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const spoiled = lines.map((line) => JSON.parse(line));
  const labelled = spoiled.find(({ annotations }) =>
    annotations.some(({ type }: { type: string }) => type === 'blood_vessel'),
  );
  labelled.annotations = [];
  await writeFile(path, `${spoiled.map((line) => JSON.stringify(line)).join('\n')}\n`);
  expect(await digest(moved)).not.toBe(original);
});

describe('the test tile', () => {
  test('is a square of a validation tile with vessel, and none of it with --no-test-tile', async () => {
    const { split } = await openRun(run);
    const dataset = await openDataset(data);
    const { testTile } = await readArtefact(await exported());
    expect(testTile.origin).toBe('validation');
    // Tiles are as large as the square: it is one of them whole.
    const tiles = dataset.tiles.filter(({ id }) => split.validation.includes(id));
    const images = await Promise.all(tiles.map((tile) => readTile(tile)));
    const at = images.findIndex((image) => Buffer.compare(image.data, testTile.data) === 0);
    expect(at).toBeGreaterThanOrEqual(0);
    const mask = await tileMask(tiles[at], 'blood_vessel', images[at]);
    expect(mask.includes(1)).toBe(true);

    const without = await readArtefact(await exported('--no-test-tile'));
    expect(without.testTile).toMatchObject({ origin: 'synthetic', width: 96, height: 96 });
    expect(without.facts.data).toBeDefined();
  });

  test('carries what the graph gives for it, whichever form of input', async () => {
    const planes = await readArtefact(await exported());
    const bytes = await readArtefact(await exported('--input', 'uint8'));
    expect(planes.graph.inputs[0]?.shape).toEqual(['batch', 3, 'height', 'width']);
    expect(bytes.graph.inputs).toEqual([
      { name: 'image', type: 'uint8', shape: ['batch', 'height', 'width', 3] },
    ]);
    expect(bytes.facts.input).toContain('uint8 [batch, height, width, 3], RGB');
    expect(bytes.expected).toEqual(planes.expected);
    expect(bytes.facts.weights).toBe(planes.facts.weights);
    expect(new Set(planes.expected).size).toBeGreaterThan(100);
  });
});

test('no folder, file or tile of this machine is named in what goes out', async () => {
  const file = await exported();
  const { split } = await openRun(run);
  for (const path of [file, file.replace('.onnx', '.md'), runFiles(run).model]) {
    const bytes = await readFile(path);
    for (const name of [temporary.path, data, ...split.train, ...split.validation])
      expect(bytes.includes(name)).toBe(false);
  }
});

describe('data that are not at hand', () => {
  test('are asked for, and can be done without', async () => {
    const away = `${data}-away`;
    await rename(data, away);
    try {
      const file = newFile();
      const { code, messages } = await commandLine(['export', run, '-o', file]);
      expect(code).toBe(1);
      expect(messages).toContain('--no-data');
      const { facts, testTile } = await readArtefact(await exported('--no-data'));
      expect(facts.data).toBeUndefined();
      expect(testTile.origin).toBe('synthetic');
      const card = await readFile(join(temporary.path, `model-${count - 1}.md`), 'utf8');
      expect(card).toContain('A digest of the data is not known');
      expect(card).toContain('an unknown number of slides');
      expect(card).toContain('| side of a pixel | not known |');
      const found = await readArtefact(await exported('--data', away));
      expect(found.testTile.origin).toBe('validation');
    } finally {
      await rename(away, data);
    }
  });

  test('that are others are refused', async () => {
    const other = join(temporary.path, 'other');
    await mkdir(other, { recursive: true });
    const { code, messages } = await commandLine([
      ...['export', run, '-o', newFile(), '--data', other],
    ]);
    expect(code).toBe(1);
    expect(messages).toContain(other);
  });
});

describe('rules that were calibrated', () => {
  const choice = {
    by: 'iou',
    kept: 'all',
    rule: { ...notebookRule, low: 0.4, high: 0.6, minimumArea: 32 },
    calibration: null,
    chosenOn: { notebook: 0.1, score: 0.2 },
    outOfFold: null,
    bySlide: [],
  } as const;
  const stored = async (epoch: number) =>
    writePostprocessing(run, {
      format: 'vascula postprocessing 1',
      version: 'test',
      epoch,
      seed: 0,
      tta: 'none' as const,
      tiles: ['a', 'b'],
      choices: [choice],
    });

  test('go with the weights they are of, and with no others', async () => {
    const { epoch } = (await readArtefact(runFiles(run).model)).facts;
    try {
      await stored(epoch);
      const { facts } = await readArtefact(await exported());
      const { rule, by, calibration } = choice;
      expect(facts.rules).toEqual([{ by, tiles: 2, rule, calibration }]);
      await stored(epoch + 1);
      const file = newFile();
      const { messages } = await commandLine(['export', run, '-o', file]);
      expect(messages).toContain(
        `Note: postprocessing.json is of the weights of epoch ${epoch + 1}, and these are of epoch ${epoch}: left out.`,
      );
      expect((await readArtefact(file)).facts.rules).toBeUndefined();
    } finally {
      await rm(runFiles(run).postprocessing);
    }
  });
});

describe('what is there stays', () => {
  test.each(['.onnx', '.md'])('a file *%s is not written over', async (ending) => {
    const file = newFile();
    const taken = file.replace('.onnx', ending);
    await writeFile(taken, 'mine');
    const { code, messages } = await commandLine(['export', run, '-o', file]);
    expect(code).toBe(1);
    expect(messages).toContain(`${taken}: exists already`);
    expect(await readFile(taken, 'utf8')).toBe('mine');
    const left = (await readdir(temporary.path)).filter((name) =>
      name.includes(basename(file, '.onnx')),
    );
    expect(left).toEqual([basename(taken)]);
  });

  test('a name that is no model’s is refused', async () => {
    for (const name of ['model', 'model.md', '.onnx']) {
      const { code, messages } = await commandLine([
        ...['export', run, '-o', join(temporary.path, name)],
      ]);
      expect(code).toBe(1);
      expect(messages).toContain('expected NAME.onnx');
    }
  });
});

test.each([[['--input', 'jpeg']], [['--pixel-size', '0']], [['--pixel', '1']]])(
  'flags %s: usage',
  async (flags) => {
    const { code } = await commandLine(['export', run, '-o', newFile(), ...flags]);
    expect(code).toBe(2);
  },
);

test('validation tiles without a vessel: a synthetic test tile, and a note', async () => {
  const empty = join(temporary.path, 'empty');
  await cp(data, empty, { recursive: true });
  const path = join(empty, 'polygons.jsonl');
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const bare = lines.map((line) => JSON.stringify({ ...JSON.parse(line), annotations: [] }));
  await writeFile(path, `${bare.join('\n')}\n`);
  const file = newFile();
  const { messages } = await commandLine(['export', run, '-o', file, '--data', empty]);
  expect(messages).toContain(
    'Note: no validation tile shows a vessel: the test tile is synthetic.',
  );
  expect((await readArtefact(file)).testTile.origin).toBe('synthetic');
});

test('a run without weights is told how to go on', async () => {
  const unfinished = join(temporary.path, 'unfinished');
  await cp(run, unfinished, { recursive: true });
  await rm(runFiles(unfinished).best);
  const { code, messages } = await commandLine(['export', unfinished, '-o', newFile()]);
  expect(code).toBe(1);
  expect(messages).toContain('no epoch was finished');
});

test('a headline number that another version does not know, or lacks, is no fault', async () => {
  const path = runFiles(run).metrics;
  const text = await readFile(path, 'utf8');
  try {
    const metrics = JSON.parse(text);
    const { headlines } = metrics.assessment.overall;
    headlines.sensitivity = headlines.f1;
    delete headlines.f1;
    await writeFile(path, JSON.stringify(metrics));
    const card = await readFile((await exported()).replace('.onnx', '.md'), 'utf8');
    expect(card).toContain('| PQ |');
    expect(card).not.toContain('| F1 |');
  } finally {
    await writeFile(path, text);
  }
});

test('metrics of other weights are left out and said; damaged ones are a fault', async () => {
  const path = runFiles(run).metrics;
  const text = await readFile(path, 'utf8');
  try {
    await writeFile(path, text.replace(/"epoch": \d+/, '"epoch": 77'));
    const file = newFile();
    const { messages } = await commandLine(['export', run, '-o', file]);
    expect(messages).toContain('Note: metrics.json is of the weights of epoch 77');
    expect((await readArtefact(file)).facts.metrics).toBeUndefined();
    expect(await readFile(file.replace('.onnx', '.md'), 'utf8')).toContain('Not known: no scores');
    await writeFile(path, text.slice(0, 400));
    const spoiled = await commandLine(['export', run, '-o', newFile()]);
    expect(spoiled.code).toBe(1);
    expect(spoiled.messages).toContain(`${path}: is not JSON`);
  } finally {
    await writeFile(path, text);
  }
});

test('--json: one document, without the pixels', async () => {
  const file = newFile();
  const { output } = await commandLine(['export', run, '-o', file, '--json']);
  const document = JSON.parse(output);
  expect(document).toMatchObject({
    file,
    card: file.replace('.onnx', '.md'),
    bytes: (await readFile(file)).length,
    testTile: { origin: 'validation', width: 64, height: 64 },
  });
  expect(document.testTile.pixels).toBeUndefined();
});

test('metadata of others stay readable: each is a text, what is no text is JSON', async () => {
  const { metadata } = readOnnx(await readFile(await exported()));
  expect(Object.keys(metadata).sort()).toMatchInlineSnapshot(`
    [
      "vascula.channel-order",
      "vascula.classes",
      "vascula.cutoff",
      "vascula.data",
      "vascula.digest",
      "vascula.epoch",
      "vascula.format",
      "vascula.input",
      "vascula.metrics",
      "vascula.model",
      "vascula.normalise",
      "vascula.opset",
      "vascula.output",
      "vascula.recipe",
      "vascula.size-multiple",
      "vascula.split",
      "vascula.test-tile",
      "vascula.training",
      "vascula.version",
      "vascula.weights",
    ]
  `);
  const tile = JSON.parse(metadata['vascula.test-tile'] as string);
  expect(decodeBase64(tile.pixels).length).toBe(tile.width * tile.height * 3);
});
