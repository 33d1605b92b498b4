import type { Device } from '@vascula/autograd/node';
import { createRun, jsonText, type Run, type RunCopies, rewriteConfig } from '../run/index.js';
import {
  keptBytes,
  planRun,
  readInitialWeights,
  requireMemory,
  runBytes,
} from '../training/index.js';
import { carryOut, describeResult, type TrainResult } from './carry-out.js';
import { tellOfDuplicates } from './duplicates-here.js';
import { tellOfOtherData } from './other-data-note.js';
import type { IsGiven } from './plan-flags.js';
import type { Prepared } from './prepared-run.js';
import { resume } from './resume-run.js';
import { requestOf } from './run-request.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';
import { withEngine } from './with-engine.js';

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

/** What new runs keep a copy of. */
export function copiesOf({ source, plan }: Pick<Prepared, 'source' | 'plan'>): RunCopies {
  return { source: source?.bytes, plan: plan && jsonText(plan) };
}

/**
 * Carries a run out on the device it is to have: `claim` gets it with that device, before anything else is
 * written. Undefined where Ctrl-C stopped it and it was saved.
 */
export function trainPrepared(
  terminal: Terminal,
  prepared: Prepared,
  flags: TrainFlags,
  claim: (run: Run) => Promise<void>,
): Promise<TrainResult | undefined> {
  const { dataset, checkpoint } = prepared;
  const resumed = flags.resume !== undefined;
  const wanted = { device: flags.device ?? prepared.run.config.device, threads: flags.threads };
  return withEngine(terminal, wanted, async (runtime, device) => {
    const run = movedTo(terminal, prepared, device);
    const { tileSize } = run.config.data;
    const kept = keptBytes({ dataset, tileSize, ids: run.split.train });
    const sizes = { ...run.config, model: prepared.network, kept };
    const bytes = runBytes(sizes, runtime.target);
    // A graphics card has memory of its own.
    if (flags.memoryCheck && device === 'cpu')
      requireMemory(sizes, bytes, runtime.target, { resumed });
    await claim(run);
    return carryOut(terminal, runtime, run, dataset, bytes, checkpoint);
  });
}

/** The run with the device it is trained on; says where that is another than before. */
function movedTo(terminal: Terminal, { run, checkpoint }: Prepared, device: Device): Run {
  const { config } = run;
  if (checkpoint !== undefined && config.device !== device)
    terminal.err(
      `Note: trained on ${config.device} so far, going on with ${device}: ` +
        `not to the last digit what one device would give.\n`,
    );
  return { ...run, config: { ...config, device } };
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
