import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnnx } from '@vascula/autograd';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { version } from '../../dist/commands/version.js';
import { withPredictor } from '../../dist/commands/with-predictor.js';
import { openRun, runFiles } from '../../dist/run/index.js';
import { pixels, temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { RecordingTerminal } from '../support/terminal.js';
import { historyOf, tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let run: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  const data = await tinyDataset(temporary.path);
  run = join(temporary.path, 'run');
  await commandLine(['train', data, '-o', run, '--epochs', '2', ...tinyFlags]);
});
afterAll(() => temporary.remove());

test('model.onnx says what it is, and has open sizes and no batch norm', async () => {
  const { graph, metadata, opset } = readOnnx(await readFile(runFiles(run).model));
  const { config } = await openRun(run);
  const best = (await historyOf(run)).findLast((record) => record.best);
  expect(metadata).toMatchObject({
    'vascula.model': JSON.stringify(config.model),
    'vascula.version': version,
    'vascula.epoch': `${best?.epoch}`,
    'vascula.cutoff': `${config.recipe.cutoff}`,
    'vascula.opset': `${opset}`,
    'vascula.channel-order': 'rgb',
    'vascula.normalise': 'none',
  });
  expect(graph.inputs).toEqual([
    { name: 'image', type: 'float32', shape: ['batch', 3, 'height', 'width'] },
  ]);
  expect(graph.outputs).toEqual([
    { name: 'probability', type: 'float32', shape: ['batch', 1, 'height', 'width'] },
  ]);
  expect(graph.nodes.map(({ operator }) => operator)).not.toContain('BatchNormalization');
});

test('it carries a test tile, none of the data, and is verified', async () => {
  const { code, output } = await commandLine(['verify', runFiles(run).model]);
  expect(output).toContain(
    'Test tile (96 x 96, synthetic) on cpu: the probability differs by 0 at most',
  );
  expect(code).toBe(0);
});

test('ONNX Runtime by itself gives the probability of predict, in batches and other sizes', async () => {
  const session = await InferenceSession.create(runFiles(run).model);
  await withPredictor(new RecordingTerminal(), run, { threads: 1 }, async (predict) => {
    for (const [width, height] of [
      [32, 32],
      [44, 20],
    ]) {
      const images = [1, 2].map((seed) => ({ width, height, data: pixels(seed, width, height) }));
      const area = width * height;
      const input = new Float32Array(2 * 3 * area);
      for (const [n, { data }] of images.entries())
        for (let p = 0; p < area; p++)
          for (let c = 0; c < 3; c++) input[(n * 3 + c) * area + p] = data[p * 3 + c];
      const tensor = new Tensor('float32', input, [2, 3, height, width]);
      const { probability } = await session.run({ image: tensor });
      expect(probability.dims).toEqual([2, 1, height, width]);
      const expected = [...(await predict(images[0])), ...(await predict(images[1]))];
      const found = probability.data as Float32Array;
      const far = Math.max(...expected.map((p, k) => Math.abs(p - found[k])));
      expect(far).toBeLessThan(1e-6);
    }
  });
  await session.release();
});
