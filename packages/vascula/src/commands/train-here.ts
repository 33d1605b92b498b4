import { createRun, jsonText, type Run, rewriteConfig } from '../run/index.js';
import { planRun, readInitialWeights } from '../training/index.js';
import { describeResult, type TrainResult } from './carry-out.js';
import { tellOfDuplicates } from './duplicates-here.js';
import { tellOfOtherData } from './other-data-note.js';
import type { IsGiven } from './plan-flags.js';
import type { Prepared } from './prepared-run.js';
import { resume } from './resume-run.js';
import { requestOf } from './run-request.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { copiesOf, trainPrepared } from './train-prepared.js';

/** Starts or resumes a run on this machine, then evaluates and exports its best weights. */
export async function trainHere(
  terminal: Terminal,
  dir: string | undefined,
  flags: TrainFlags,
  isGiven: IsGiven,
): Promise<void> {
  const resumed = flags.resume !== undefined;
  const prepared = resumed
    ? await resume(flags.resume, dir, flags)
    : await start(terminal, dir as string, flags, isGiven);
  const claim = (run: Run) => (resumed ? rewriteConfig(run) : createRun(run, copiesOf(prepared)));
  report(terminal, prepared.run, flags, await trainPrepared(terminal, prepared, flags, claim));
}

function report(
  terminal: Terminal,
  run: Run,
  flags: TrainFlags,
  result: TrainResult | undefined,
): void {
  if (result === undefined)
    terminal.err(`Saved. Go on with: vascula train --resume ${run.folder}\n`);
  else terminal.out(flags.json ? jsonText(result) : describeResult(result));
}

async function start(
  terminal: Terminal,
  dir: string,
  flags: TrainFlags,
  isGiven: IsGiven,
): Promise<Prepared> {
  const { dataset, request, found, plan } = await requestOf(terminal, dir, flags, isGiven);
  const from = flags.from === undefined ? undefined : await readInitialWeights(flags.from);
  const run = planRun(dataset, { ...request, from });
  tellOfDuplicates(terminal, [run], found);
  tellOfOtherData(terminal, from, run);
  return { run, dataset, network: request.model, source: request.source, plan };
}
