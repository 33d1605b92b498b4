import { Command } from 'commander';
import { type AugmentationFlags, addAugmentationFlags } from './augmentation-flags.js';
import { addDataFlags, type DataFlags } from './data-flags.js';
import { integerBetween } from './flags.js';
import type { Terminal } from './terminal.js';

export interface AugmentFlags extends AugmentationFlags, DataFlags {
  readonly output: string;
  readonly crop?: number;
  readonly tiles: number;
  readonly seed: number;
  readonly json?: true;
}

/** `vascula augment DIR -o PAGE`: what training makes of tiles, as a page. */
export function augmentCommand(terminal: Terminal): Command {
  const command = new Command('augment')
    .description('Look at what augmentation does to labelled tiles, before training with it.')
    .argument('<dir>', 'dataset folder')
    .requiredOption('-o, --output <page>', 'folder to write: new, or empty');
  return addAugmentationFlags(addDataFlags(command, 'folder'), 'strong')
    .option(
      '--crop <pixels>',
      'side of the squares (default: 256, or the shorter side of the tiles)',
      integerBetween(1, 2048),
    )
    .option('--tiles <n>', 'tiles shown', integerBetween(1, 20), 3)
    .option('--seed <k>', 'draws the tiles and all else', integerBetween(0, 2 ** 32 - 1), 0)
    .option('--json', 'print one JSON document with the settings and the tiles')
    .addHelpText(
      'after',
      `
PAGE/index.html shows full draws, and each part by itself from its least strength to its most, with the
outlines of the vessels over them. The flags are those of vascula train.

Example:
  $ vascula augment hubmap -o pages/augment --augment elastic=0.3:2..6,stain=0.5`,
    )
    .action(async (dir: string, flags: AugmentFlags) => {
      // The image decoder loads slowly: not before the command line is known to be good.
      const { augmentHere } = await import('./augment-here.js');
      await augmentHere(terminal, dir, flags);
    });
}
