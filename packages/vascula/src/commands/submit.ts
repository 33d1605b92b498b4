import { Command } from 'commander';
import { deviceOption, type EngineFlags } from './device-option.js';
import { type Progress, startProgress } from './progress.js';
import {
  addRuleFlags,
  detectorOf,
  noteOtherWeights,
  type RuleFlags,
  ruleHelp,
  rulesOf,
} from './rule-flags.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

interface Flags extends EngineFlags, RuleFlags {
  readonly output: string;
  readonly json?: true;
}

/** `vascula submit RUN DIR -o submission.csv`: the competition's file. */
export function submitCommand(terminal: Terminal): Command {
  const command = new Command('submit')
    .description("Write the competition's submission.csv: every vessel with its confidence.")
    .argument('<run>', 'folder of the run')
    .argument('<dir>', 'dataset folder (its test/ is predicted), or a folder of images')
    .requiredOption('-o, --output <file>', 'file to write; an existing one is not replaced');
  return addRuleFlags(command)
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON document about what was written')
    .addHelpText(
      'after',
      `${ruleHelp}
Of two stored rules submit takes the one chosen by AP, the competition's score.

Examples:
  $ vascula submit runs/first hubmap -o submission.csv
  $ vascula submit runs/first hubmap -o weaker.csv --rule notebook --cutoff 0.8 --weak 0.3`,
    )
    .action(async (folder: string, dir: string, flags: Flags) => {
      const [{ withPredictor }, { submissionImages, writeSubmission }, { jsonText, openRun }] =
        await Promise.all([
          import('./with-predictor.js'),
          import('../prediction/index.js'),
          import('../run/index.js'),
        ]);
      const images = await submissionImages(dir);
      const rules = await rulesOf(terminal, await openRun(folder), flags, 'ap');
      const detect = await detectorOf(rules, flags, { names: images.map(({ name }) => name) });
      let progress: Progress | undefined;
      const report = await withPredictor(terminal, folder, flags, (predict, _run, epoch) => {
        noteOtherWeights(terminal, rules, epoch);
        return writeSubmission(
          images,
          predict,
          { path: flags.output, rules, detect },
          {
            progress(done, total) {
              progress ??= startProgress(terminal, { label: 'Predicting', unit: 'images', total });
              progress.update(done);
            },
            signal: terminal.interrupted,
          },
        );
      }).finally(() => progress?.finish());
      const { describeUsedRule } = await import('../rules/index.js');
      const said = report.rules.map(describeUsedRule).join('; ');
      terminal.out(
        flags.json
          ? jsonText(report)
          : `${report.path}: ${report.detections} vessels in ${report.tiles} tiles, ${said}\n`,
      );
    });
}
