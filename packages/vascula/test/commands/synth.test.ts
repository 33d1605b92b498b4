import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../../dist/commands/program.js';
import { synthCommand } from '../../dist/commands/synth.js';
import { temporaryFolder } from '../support/folder.js';
import { RecordingTerminal } from '../support/terminal.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterAll(() => remove());

async function synth(...args: string[]) {
  const terminal = new RecordingTerminal();
  const code = await runProgram(['synth', ...args], terminal, [synthCommand]);
  return { code, output: terminal.output, messages: terminal.messages };
}

it('prints one JSON document, and progress apart from it', async () => {
  const folder = join(root, 'tiles');
  const args = ['--tiles', '2', '--size', '64', '--seed', '9'];
  const { code, output, messages } = await synth(folder, ...args, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ directory: folder, tiles: 2, size: 64, seed: 9 });
  expect(messages).toMatch(/5\/5 tiles/);

  const again = await synth(folder, ...args);
  expect(again).toMatchObject({ code: 1, output: '' });
  expect(again.messages).toMatch(/is not empty.*Name another folder/);
});

it('prints a summary for people', async () => {
  const { output } = await synth(join(root, 'people'), '--tiles', '3', '--size', '64');
  expect(output).toMatch(/^tiles +3 labelled in train, 3 in test, 64 x 64$/m);
  expect(output).toMatch(/^polygons +\d+ blood_vessel, \d+ glomerulus, \d+ unsure$/m);
});

it.each([
  ['--tiles', '0'],
  ['--tiles', '100001'],
  ['--tiles', 'ten'],
  ['--size', '100'],
  ['--size', '32'],
  ['--size', '4128'],
  ['--seed', '-1'],
  ['--colour', 'red'],
])('refuses %s %s before it writes anything', async (flag, value) => {
  const { code, messages } = await synth(join(root, 'never'), flag, value);
  expect(code).toBe(2);
  expect(messages).toContain(flag);
  expect(await readdir(root)).not.toContain('never');
});
