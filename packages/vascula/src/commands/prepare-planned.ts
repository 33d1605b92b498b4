import type { Dataset, DatasetOptions } from '../dataset/index.js';
import { type Plan, plannedPreset, planText, readPlan, requireSameData } from '../plan/index.js';
import { type ChosenNetwork, networkOfFlags } from './choose-network.js';
import { openFolder } from './folder-dataset.js';
import { type IsGiven, plannedDataFlags, plannedFlags } from './plan-flags.js';
import { planDataset } from './plan-here.js';
import type { Terminal } from './terminal.js';
import type { TrainFlags } from './train-flags.js';

/** What a new run is made of. */
export interface PreparedFlags {
  readonly dataset: Dataset;
  readonly options: DatasetOptions;
  readonly flags: TrainFlags;
  readonly chosen: ChosenNetwork;
  readonly plan?: Plan | undefined;
}

/**
 * A run by the plan of `--plan`, or by one that is made now and printed (`--preset auto`). Flags that are given
 * go before the plan.
 *
 * @throws InputError for a plan at fault, or of another dataset.
 */
export async function preparePlanned(
  terminal: Terminal,
  dir: string,
  given: TrainFlags,
  isGiven: IsGiven,
): Promise<PreparedFlags> {
  const stored = given.plan === undefined ? undefined : await readPlan(given.plan);
  if (stored !== undefined)
    terminal.err(
      `Plan ${given.plan}: made for ${stored.data.folder}, and labels are read as it says.\n`,
    );
  const dataFlags = stored === undefined ? given : plannedDataFlags(stored, given, isGiven);
  const { dataset, options } = await openFolder(terminal, dir, dataFlags);
  if (stored !== undefined) {
    const doubt = requireSameData(given.plan as string, stored, dataset);
    if (doubt !== undefined) terminal.err(`Warning: ${doubt}.\n`);
  }
  const plan = stored ?? (await planNow(terminal, dataset, options, given));
  const flags = plannedFlags(plan, given, isGiven);
  return {
    dataset,
    options,
    flags,
    chosen: networkOfFlags(flags, plannedPreset(plan.choices)),
    plan,
  };
}

async function planNow(
  terminal: Terminal,
  dataset: Dataset,
  options: DatasetOptions,
  flags: TrainFlags,
): Promise<Plan> {
  const plan = await planDataset(terminal, dataset, options, {
    engine: flags,
    minutes: flags.minutes ?? 60,
    // How long a step takes decides the epochs only.
    timed: flags.epochs === undefined,
  });
  terminal.err(`${planText(plan)}\n`);
  return plan;
}
