import { join } from 'node:path';
import { claimEmptyFolder, exists } from '../files/index.js';
import { jsonText, runFiles } from '../run/index.js';
import { checkCommand } from './check.js';
import type { DemoFlags } from './demo.js';
import { evaluateCommand } from './evaluate.js';
import { predictCommand } from './predict.js';
import { formatDuration } from './progress.js';
import { submitCommand } from './submit.js';
import { synthCommand } from './synth.js';
import type { Terminal } from './terminal.js';
import { trainCommand } from './train.js';

/** Runs the commands of the main job one after the other, as a user would. */
export async function demonstrate(
  terminal: Terminal,
  wanted: string | undefined,
  { device, threads, json }: DemoFlags,
): Promise<void> {
  const shown = json ? { ...terminal, out: terminal.err } : terminal;
  const start = performance.now();
  const folder = wanted ?? (await freeName('demo'));
  await claimEmptyFolder(folder);
  const data = join(folder, 'data');
  const run = join(folder, 'run');
  const submission = join(folder, 'submission.csv');
  const predictions = join(folder, 'predictions');
  const pictures = join(folder, 'pictures');

  const engine = Object.entries({ '--device': device, '--threads': threads }).flatMap(
    ([flag, value]) => (value === undefined ? [] : [flag, `${value}`]),
  );

  const steps = [
    [synthCommand, data, '--tiles', '150', '--size', '256', '--seed', '1'],
    [checkCommand, data],
    [trainCommand, data, '-o', run, '--epochs', '16', '--seed', '1', ...engine],
    [evaluateCommand, run, '--cutoff', '0.5', '--pictures', pictures, ...engine],
    [predictCommand, run, join(data, 'test'), '-o', predictions, ...engine],
    [submitCommand, run, data, '-o', submission, ...engine],
  ] as const;
  for (const [factory, ...args] of steps) {
    const command = factory(shown);
    terminal.err(`\n$ vascula ${command.name()} ${args.join(' ')}\n`);
    await command.parseAsync([...args], { from: 'user' });
    if (terminal.interrupted.aborted) return;
  }
  const seconds = (performance.now() - start) / 1000;
  const places = {
    folder,
    data,
    run,
    model: runFiles(run).model,
    pictures,
    predictions,
    submission,
  };
  if (json) {
    terminal.out(jsonText({ seconds, ...places }));
    return;
  }
  terminal.out(
    [
      '',
      `Done in ${formatDuration(seconds)}. Everything is in ${folder}:`,
      `  ${data}  synthetic tiles and their polygons`,
      `  ${run}  the run: configuration, split, history, checkpoints`,
      `  ${places.model}  the network for any ONNX runtime`,
      `  ${pictures}  validation tiles: tile, truth, prediction, both (yellow: found)`,
      `  ${predictions}  probability and mask of the test tiles`,
      `  ${submission}  the competition's file`,
      '',
    ].join('\n'),
  );
}

/** The name, or NAME-2, NAME-3 …: the first that is not taken. */
async function freeName(name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!(await exists(candidate))) return candidate;
  }
}
