import { augmentCommand } from './commands/augment.js';
import { calibrateCommand } from './commands/calibrate.js';
import { checkCommand } from './commands/check.js';
import { compareCommand } from './commands/compare.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { exploreCommand } from './commands/explore.js';
import { exportCommand } from './commands/export.js';
import { modelCommand } from './commands/model.js';
import { planCommand } from './commands/plan.js';
import { predictCommand } from './commands/predict.js';
import { processTerminal } from './commands/process-terminal.js';
import { type CommandFactory, exitCodeOf, runProgram } from './commands/program.js';
import { reportCommand } from './commands/report.js';
import { scoreCommand } from './commands/score.js';
import { submitCommand } from './commands/submit.js';
import { synthCommand } from './commands/synth.js';
import { trainCommand } from './commands/train.js';
import { verifyCommand } from './commands/verify.js';

/** A command is one line here; see `commands/program.ts` for what it owes. */
const commands: readonly CommandFactory[] = [
  demoCommand,
  synthCommand,
  checkCommand,
  exploreCommand,
  augmentCommand,
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
];

const terminal = processTerminal();
// Thrown where nothing awaits it: the message of any other failure, and no stack trace.
process.on('uncaughtException', (error) => process.exit(exitCodeOf(error, terminal)));
// Set, not called: whatever is still on its way to a pipe is written before the process ends by itself.
process.exitCode = await runProgram(process.argv.slice(2), terminal, commands);
