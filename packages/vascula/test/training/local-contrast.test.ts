import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../../dist/report/index.js';
import { openRun } from '../../dist/run/index.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLine } from '../support/program.js';
import { tinyDataset, tinyFlags } from '../support/tiny-run.js';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  data = await tinyDataset(temporary.path);
});
afterAll(() => temporary.remove());

const at = (name: string) => join(temporary.path, name);
const trained = (name: string, ...more: string[]) =>
  commandLine(['train', data, '-o', at(name), '--epochs', '1', ...tinyFlags, ...more]);

test('a network that evens out contrast is trained, scored, exported and verified as any other', async () => {
  expect(await trained('even', '--local-contrast', '9')).toMatchObject({ code: 0 });
  const { config } = await openRun(at('even'));
  expect(config.model).toMatchObject({ localContrast: 9 });
  expect(settings(config)).toContainEqual({ label: 'contrast evened out over', value: '9 px' });
  for (const command of [
    ['evaluate', at('even')],
    ['export', at('even'), '-o', at('even.onnx')],
    ['verify', at('even.onnx')],
  ])
    expect(await commandLine(command)).toMatchObject({ code: 0 });
});

test('exported and fine-tuned, nothing of that layer is trained', async () => {
  const { code, messages } = await commandLine([
    ...['train', data, '-o', at('tuned'), '--model', at('even.onnx'), '--epochs', '1'],
    ...['--crop', '32', '--batch', '4', '--threads', '1'],
  ]);
  expect([code, messages]).toEqual([0, expect.stringContaining('left1.conv/folded/weight')]);
  expect(messages).not.toContain('constant');
});

test('its weights are not taken for those of a network that does not', async () => {
  const { code, messages } = await trained('plain', '--from', at('even'));
  expect([code, messages]).toEqual([
    1,
    expect.stringContaining(
      '--model unet --base 2 --depth 3 --kernel 3 --convolutions 1 --local-contrast 9',
    ),
  ]);
});

test('a window without a middle is refused', async () => {
  const { code, messages } = await trained('refused', '--local-contrast', '8');
  expect([code, messages]).toEqual([2, expect.stringContaining('an odd number from 3 to 255')]);
});
