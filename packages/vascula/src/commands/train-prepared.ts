import type { Runtime } from '@vascula/autograd';
import type { Device } from '@vascula/autograd/node';
import { jsonText, type Run, type RunCopies } from '../run/index.js';
import { keptBytes, requireMemory, runBytes } from '../training/index.js';
import { carryOut, type TrainResult } from './carry-out.js';
import type { EngineFlags } from './device-option.js';
import type { Prepared } from './prepared-run.js';
import type { Terminal } from './terminal.js';
import { withEngine } from './with-engine.js';

/** What computes, and whether it is asked first for the memory. */
export interface PlaceFlags extends EngineFlags {
  readonly memoryCheck: boolean;
  /** A run that is gone on with cannot be made smaller. */
  readonly resume?: string;
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
  flags: PlaceFlags,
  claim: (run: Run) => Promise<void>,
): Promise<TrainResult | undefined> {
  return withEngine(terminal, wanted(prepared, flags), async (runtime, device) => {
    const run = movedTo(terminal, prepared, device);
    const bytes = requireRoom(prepared, flags, { runtime, device, atOnce: 1 });
    await claim(run);
    return carryOut(terminal, runtime, run, prepared.dataset, bytes, prepared.checkpoint);
  });
}

/** The device that so many runs like this one will have at once; InputError where they do not fit into memory. */
export function deviceFor(
  terminal: Terminal,
  prepared: Prepared,
  flags: PlaceFlags,
  atOnce: number,
): Promise<Device> {
  return withEngine(terminal, wanted(prepared, flags), async (runtime, device) => {
    requireRoom(prepared, flags, { runtime, device, atOnce });
    return device;
  });
}

function wanted({ run }: Prepared, { device, threads }: PlaceFlags): EngineFlags {
  return { device: device ?? run.config.device, threads };
}

/** The memory that a run takes, in bytes. */
function requireRoom(
  { run, network, dataset }: Prepared,
  { memoryCheck, resume }: PlaceFlags,
  on: { readonly runtime: Runtime; readonly device: Device; readonly atOnce: number },
): number {
  const { target } = on.runtime;
  const { tileSize } = run.config.data;
  const kept = keptBytes({ dataset, tileSize, ids: run.split.train });
  const sizes = { ...run.config, model: network, kept };
  const bytes = runBytes(sizes, target);
  // A graphics card has memory of its own.
  if (memoryCheck && on.device === 'cpu')
    requireMemory(sizes, bytes, target, { resumed: resume !== undefined, atOnce: on.atOnce });
  return bytes;
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
