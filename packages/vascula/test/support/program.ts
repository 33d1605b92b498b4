import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { calibrateCommand } from '../../dist/commands/calibrate.js';
import { checkCommand } from '../../dist/commands/check.js';
import { compareCommand } from '../../dist/commands/compare.js';
import { doctorCommand } from '../../dist/commands/doctor.js';
import { evaluateCommand } from '../../dist/commands/evaluate.js';
import { exportCommand } from '../../dist/commands/export.js';
import { modelCommand } from '../../dist/commands/model.js';
import { planCommand } from '../../dist/commands/plan.js';
import { predictCommand } from '../../dist/commands/predict.js';
import { runProgram } from '../../dist/commands/program.js';
import { reportCommand } from '../../dist/commands/report.js';
import { scoreCommand } from '../../dist/commands/score.js';
import { submitCommand } from '../../dist/commands/submit.js';
import { trainCommand } from '../../dist/commands/train.js';
import { verifyCommand } from '../../dist/commands/verify.js';
import { RecordingTerminal } from './terminal.js';

export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Result {
  readonly code: number | null;
  readonly output: string;
  readonly messages: string;
}

/** Runs the built program as a user does: a process of its own, pipes for a terminal. */
export function vascula(
  args: readonly string[],
  act?: (child: ChildProcess) => void,
  program = cli,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    let messages = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      messages += chunk;
    });
    child.on('error', reject);
    // A process that dies of Ctrl-C has no code of its own: 130 is what a shell makes of it.
    child.on('close', (code, signal) =>
      resolve({ code: signal === 'SIGINT' ? 130 : code, output, messages }),
    );
    act?.(child);
  });
}

/** Runs one command line of the program within this process: quicker than a process for each. */
export async function commandLine(
  args: readonly string[],
  terminal = new RecordingTerminal(),
): Promise<Result> {
  const code = await runProgram(args, terminal, [
    checkCommand,
    modelCommand,
    planCommand,
    trainCommand,
    evaluateCommand,
    calibrateCommand,
    predictCommand,
    submitCommand,
    scoreCommand,
    reportCommand,
    compareCommand,
    exportCommand,
    verifyCommand,
    doctorCommand,
  ]);
  return { code, output: terminal.output, messages: terminal.messages };
}
