import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeDevice } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.js';
import { commandLine, vascula } from '../support/program.js';
import { tinyDataset, tinyFlags } from '../support/tiny-run.js';

const cuda = await probeDevice('cuda');
const webgpu = await probeDevice('webgpu');

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let run: string;
const at = (name: string) => join(temporary.path, name);
beforeAll(async () => {
  temporary = await temporaryFolder();
  run = at('run');
  const data = await tinyDataset(temporary.path);
  await commandLine(['train', data, '-o', run, '--epochs', '1', ...tinyFlags]);
  await cp(run, at('other'), { recursive: true });
});
afterAll(() => temporary.remove());

/** Every command that runs the engine, with what it needs besides a device. */
const commands = (output: string): Record<string, string[]> => ({
  evaluate: ['evaluate', run],
  predict: ['predict', run, join(at('data'), 'test'), '-o', at(`${output}-predict`)],
  submit: ['submit', run, at('data'), '-o', at(`${output}.csv`)],
  report: ['report', run, '-o', at(`${output}-report`)],
  train: ['train', at('data'), '-o', at(`${output}-run`), ...tinyFlags, '--epochs', '1'],
  compare: ['compare', run, at('other'), '-o', at(`${output}-compare`)],
});
const names = ['train', 'evaluate', 'predict', 'submit', 'report', 'compare'];

describe('--device', () => {
  test.each(names)('%s: a name that is none is a mistake of the command line', async (name) => {
    const { code, messages } = await commandLine([...commands('none')[name], '--device', 'gpu']);
    expect(code).toBe(2);
    expect(messages).toContain('Allowed choices are cpu, webgpu, cuda, auto.');
  });

  test.skipIf(cuda.usable).each(names)(
    '%s: a device that is not there is an error that says what to do (where there is no CUDA)',
    async (name) => {
      const { code, output, messages } = await commandLine([
        ...commands('cuda')[name],
        '--device',
        'cuda',
      ]);
      expect([code, output]).toEqual([1, '']);
      const { why, help } = cuda as Extract<typeof cuda, { usable: false }>;
      // How vessels are made is said before anything is computed.
      expect(messages.replace(/^Rule .*\n/, '')).toBe(`error: --device cuda: ${why}. ${help}\n`);
    },
  );

  test('auto says in one line where it ended up and why, and gives what it gives', async () => {
    const auto = await vascula(['evaluate', run, '--device', 'auto', '--json']);
    const plain = await vascula(['evaluate', run, '--json']);
    expect([auto.code, plain.code]).toEqual([0, 0]);
    const [line] = auto.messages.split('\n');
    const passedOver = [cuda, webgpu].flatMap((report) => (report.usable ? [] : [report]));
    if (passedOver.length === 2) {
      const reasons = passedOver.map(({ device, why }) => `${device}: ${why}`).join('; ');
      expect(line).toBe(`Device: cpu (${reasons}; see vascula doctor).`);
      const seconds = /"predictionSeconds": .*/;
      expect(auto.output.replace(seconds, '')).toBe(plain.output.replace(seconds, ''));
    } else expect(line).toMatch(/^Device: (cpu|webgpu|cuda)/);
    expect(plain.messages).not.toContain('Device');
  });
});

describe('a run knows its device', () => {
  const deviceOf = async (folder: string) =>
    JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')).device;

  test('one that could not be opened for it leaves no folder', async () => {
    if (cuda.usable) return;
    await commandLine([...commands('refused').train, '--device', 'cuda']);
    expect(await readdir(temporary.path)).not.toContain('refused-run');
  });

  test('it is recorded; one of before it was recorded was trained on the processor', async () => {
    expect(await deviceOf(run)).toBe('cpu');
    const old = at('old');
    await cp(run, old, { recursive: true });
    const file = join(old, 'config.json');
    const { device: _, ...config } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(config));
    const { code } = await commandLine(['train', '--resume', old, '--epochs', '1']);
    expect([code, await deviceOf(old)]).toEqual([0, 'cpu']);
  });

  test('going on with another says so; without --device it is the same one', async () => {
    const moved = at('moved');
    await cp(run, moved, { recursive: true });
    const file = join(moved, 'config.json');
    const config = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...config, device: 'cuda' }));
    const resume = ['train', '--resume', moved, '--epochs', '2'];
    if (!cuda.usable) {
      const same = await commandLine(resume);
      expect(same.code).toBe(1);
      expect(same.messages).toContain('error: --device cuda: ');
    }
    const { code, messages } = await commandLine([...resume, '--device', 'cpu']);
    expect([code, await deviceOf(moved)]).toEqual([0, 'cpu']);
    expect(messages).toContain('Note: trained on cuda so far, going on with cpu: ');
    const again = await commandLine([...resume.slice(0, -1), '3']);
    expect(again.messages).not.toContain('Note: trained on');
  });
});
