import { InputError, type NonFinite } from '@vascula/core';
import { type Run, type RunProgress, runFiles } from '../run/index.js';

/**
 * What ends a run whose numbers are no longer finite: every later weight would be no number either. Says
 * what was met (`what`), where in the network it began, and what the run can be gone back to (`saved`).
 */
export function diverged(
  { folder }: Pick<Run, 'folder'>,
  saved: RunProgress | undefined,
  what: string,
  origin?: NonFinite,
): InputError {
  const { last, best } = runFiles(folder);
  const kept = saved === undefined ? '' : `The last good state is ${last}, ${place(saved)}. `;
  const usable = saved?.epochs ? `The best weights so far are ${best} and can be used. ` : '';
  return new InputError({
    path: folder,
    problem: `training diverged: ${what}${origin === undefined ? '' : `; ${beginning(origin)}`}`,
    hint: `${kept}${usable}To mend it, train anew with a lower --learning-rate`,
  });
}

function beginning({ kind, name }: NonFinite): string {
  return kind === 'weights'
    ? `the first parameter that is not finite is ${name}`
    : `all parameters are finite, the first layer whose output is not is ${name}`;
}

function place({ epochs, step }: RunProgress): string {
  return `after epoch ${epochs}${step === 0 ? '' : ` and ${step} steps of the next`}`;
}
