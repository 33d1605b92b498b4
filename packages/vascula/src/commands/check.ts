import { Command } from 'commander';
import { addDataFlags, type DataFlags, dataHelp, datasetOptions } from './data-flags.js';
import { NegativeOutcome } from './outcome.js';
import { type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

interface Flags extends DataFlags {
  readonly json?: true;
}

/** `vascula check DIR`: every fault of a dataset folder, before any training. */
export function checkCommand(terminal: Terminal): Command {
  const command = new Command('check')
    .description('Validate a dataset folder: print every fault, then a summary.')
    .argument('<dir>', 'dataset folder');
  return addDataFlags(command, 'folder')
    .option('--json', 'print one JSON document with all findings')
    .addHelpText(
      'after',
      `${dataHelp}

Exit status: 0 usable, 1 faults found. Warnings (repeated tiles or outlines, polygons leaving their
tile, files that are not read) and rows of tile_meta.csv without a file are no faults.

Example:
  $ vascula check hubmap --polygons polygons.jsonl,polygons_approx.jsonl
  $ vascula check drive --images 'images/*.tif' --masks '1st_manual/*.gif' --roi 'mask/*.gif'`,
    )
    .action(async (dir: string, { json, ...flags }: Flags) => {
      const { checkDataset, describeReport } = await import('../check/index.js');
      let progress: Progress | undefined;
      const report = await checkDataset(dir, datasetOptions(flags), {
        progress(done, total) {
          progress ??= startProgress(terminal, { label: 'Decoding', unit: 'images', total });
          progress.update(done);
        },
        signal: terminal.interrupted,
      }).finally(() => progress?.finish());
      terminal.out(json ? `${JSON.stringify(report, undefined, 2)}\n` : describeReport(report));
      if (!report.usable) throw new NegativeOutcome();
    });
}
