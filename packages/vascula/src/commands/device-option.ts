import type { Device } from '@vascula/autograd/node';
import { Option } from 'commander';

/** Where the engine runs, the same for every command that runs it. */
export interface EngineFlags {
  readonly device?: Device | 'auto';
  readonly threads?: number;
}

// Not imported: the help of a command must not wait for the engine.
const choices = ['cpu', 'webgpu', 'cuda', 'auto'] satisfies readonly EngineFlags['device'][];

/** `--device NAME`; `otherwise` says what is taken without it. */
export function deviceOption(otherwise = 'cpu, the same bits every time'): Option {
  return new Option(
    '--device <name>',
    `what computes; see vascula doctor (default: ${otherwise})`,
  ).choices(choices);
}
