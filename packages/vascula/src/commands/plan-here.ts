import type { Dataset, DatasetOptions } from '../dataset/index.js';
import { requireNewFile, writeFileAtomic } from '../files/index.js';
import { makePlan, measureDataset, type Plan, planText } from '../plan/index.js';
import { jsonText } from '../run/index.js';
import type { EngineFlags } from './device-option.js';
import { openFolder } from './folder-dataset.js';
import type { PlanFlags } from './plan.js';
import { startStages } from './stages.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';
import { withEngine } from './with-engine.js';

/** Plans a training on this machine, prints the plan, and writes it where a file is named. */
export async function planHere(terminal: Terminal, dir: string, flags: PlanFlags): Promise<void> {
  const { output, memory, minutes, timing } = flags;
  // Before the work whose result it is to hold.
  if (output !== undefined) await requireNewFile(output);
  const { dataset, options } = await openFolder(terminal, dir, flags);
  const plan = await planDataset(terminal, dataset, options, {
    engine: flags,
    memory: memory === undefined ? undefined : memory * 2 ** 30,
    minutes,
    timed: timing,
  });
  if (output !== undefined) await writeFileAtomic(output, jsonText(plan), { overwrite: false });
  terminal.out(flags.json ? jsonText(plan) : planText(plan));
  if (output !== undefined)
    terminal.err(`Train so with: vascula train ${dir} --plan ${output} -o RUN\n`);
}

/** Measures a dataset, with progress, and plans a training on it. */
export async function planDataset(
  terminal: Terminal,
  dataset: Dataset,
  options: DatasetOptions,
  request: {
    readonly engine: EngineFlags;
    readonly memory?: number | undefined;
    readonly minutes: number;
    readonly timed: boolean;
  },
): Promise<Plan> {
  const stages = startStages(terminal);
  const signal = terminal.interrupted;
  const fingerprint = await measureDataset(dataset, {
    progress: (done, total) => stages.update('Measuring', 'images', done, total),
    signal,
  }).finally(() => stages.finish());
  const { engine, ...rest } = request;
  return withEngine(terminal, engine, (runtime, device) =>
    makePlan(dataset, fingerprint, runtime, { ...rest, options, version, device }, signal),
  );
}
