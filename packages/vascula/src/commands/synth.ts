import { Command, InvalidArgumentError } from 'commander';
import { type SyntheticDatasetReport, writeSyntheticDataset } from '../synthetic/index.js';
import { type FlagParser, integerBetween } from './flags.js';
import { type Progress, startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

interface Flags {
  readonly tiles: number;
  readonly size: number;
  readonly seed: number;
  readonly json?: true;
}

/** `vascula synth DIR`: a synthetic dataset in the competition's layout. */
export function synthCommand(terminal: Terminal): Command {
  return new Command('synth')
    .description("Write a synthetic dataset with exact labels, in the competition's layout.")
    .argument('<dir>', 'folder to write: new, or empty')
    .option('--tiles <n>', 'labelled tiles, 1 to 100000', integerBetween(1, 100_000), 100)
    .option('--size <pixels>', 'side of a tile, a multiple of 32 from 64 to 4096', tileSide, 512)
    .option('--seed <k>', 'same seed, same dataset', integerBetween(0, 2 ** 32 - 1), 0)
    .option('--json', 'print one JSON document about what was written')
    .addHelpText(
      'after',
      `
Tiles look like PAS-stained kidney: tubules, glomeruli, vessels, and what is easily taken for a vessel.
Rasterised with their outline, the polygons are the very pixels drawn. Three unlabelled tiles go to
test/. Stopped by Ctrl-C, it leaves the folder empty.

Example:
  $ vascula synth tiles --tiles 150 --size 256 --seed 1`,
    )
    .action(async (directory: string, { json, ...options }: Flags) => {
      let progress: Progress | undefined;
      const report = await writeSyntheticDataset(directory, options, {
        progress(done, total) {
          progress ??= startProgress(terminal, { label: 'Drawing', unit: 'tiles', total });
          progress.update(done);
        },
        signal: terminal.interrupted,
      }).finally(() => progress?.finish());
      terminal.out(json ? `${JSON.stringify(report, undefined, 2)}\n` : describe(report));
    });
}

const wholeSide = integerBetween(64, 4096);

const tileSide: FlagParser<number> = (text) => {
  const side = wholeSide(text);
  if (side % 32 !== 0) throw new InvalidArgumentError('Expected a multiple of 32 from 64 to 4096.');
  return side;
};

function describe(report: SyntheticDatasetReport): string {
  const { directory, tiles, size, testTiles, polygons, vesselShare, groups } = report;
  const counts = groups.map((group) => `${group.dataset}/${group.source} ${group.tiles}`);
  return [
    `folder            ${directory}`,
    `tiles             ${tiles} labelled in train, ${testTiles} in test, ${size} x ${size}`,
    `dataset/source    ${counts.join(', ')}`,
    `polygons          ${polygons.blood_vessel} blood_vessel, ${polygons.glomerulus} glomerulus, ${polygons.unsure} unsure`,
    `vessel pixels     ${(100 * vesselShare).toFixed(2)} %`,
    '',
  ].join('\n');
}
