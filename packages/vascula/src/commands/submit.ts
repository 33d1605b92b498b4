import { Command } from 'commander';
import { deviceOption, type EngineFlags } from './device-option.js';
import {
  addPredictionFlags,
  notePrediction,
  type PredictionFlags,
  predictionHelp,
  runsOf,
} from './prediction-flags.js';
import { type Progress, startProgress } from './progress.js';
import {
  addRuleFlags,
  detectorOf,
  noteOtherMaps,
  noteRuleOfFirst,
  type RuleFlags,
  ruleHelp,
  rulesOf,
} from './rule-flags.js';
import type { Terminal } from './terminal.js';
import { threadsOption } from './threads-option.js';

interface Flags extends EngineFlags, PredictionFlags, RuleFlags {
  readonly output: string;
  readonly stitch?: string;
  readonly json?: true;
}

/** `vascula submit RUN DIR -o submission.csv`: the competition's file. */
export function submitCommand(terminal: Terminal): Command {
  const command = new Command('submit')
    .description("Write the competition's submission.csv: every vessel with its confidence.")
    .argument('<run>', 'folder of the run, or of the runs of all folds')
    .argument('<dir>', 'dataset folder (its test/ is predicted), or a folder of images')
    .requiredOption('-o, --output <file>', 'file to write; an existing one is not replaced')
    .option(
      '--stitch <csv>',
      'predict tiles that touch in their slide as one image; from tile_meta.csv',
    );
  return addRuleFlags(addPredictionFlags(command))
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON document about what was written')
    .addHelpText(
      'after',
      `${predictionHelp}
${ruleHelp}
Of two stored rules submit takes the one chosen by AP, the competition's score.

Examples:
  $ vascula submit runs/first hubmap -o submission.csv
  $ vascula submit runs/first hubmap -o weaker.csv --rule notebook --cutoff 0.8 --weak 0.3`,
    )
    .action(async (folder: string, dir: string, flags: Flags) => {
      const [{ withPredictor }, prediction, { jsonText }] = await Promise.all([
        import('./with-predictor.js'),
        import('../prediction/index.js'),
        import('../run/index.js'),
      ]);
      const { imageMaps, stitchedMaps, submissionImages, tileGroups, writeSubmission } = prediction;
      const images = await submissionImages(dir);
      const { run, request } = await runsOf(folder, flags);
      const rules = await rulesOf(terminal, run, flags, 'ap');
      await noteRuleOfFirst(terminal, run, request.others ?? [], rules, flags, 'ap');
      const groups = flags.stitch && (await tileGroups(images, flags.stitch));
      const detect = await detectorOf(rules, flags, { names: images.map(({ name }) => name) });
      const report = await withPredictor(terminal, folder, flags, (_, _run, epoch, opened) => {
        noteOtherMaps(terminal, rules, epoch, flags.tta);
        let progress: Progress | undefined;
        const signal = terminal.interrupted;
        return writeSubmission(
          groups ? stitchedMaps(groups, opened, signal) : imageMaps(images, opened, signal),
          { path: flags.output, rules, detect },
          {
            progress(done) {
              const total = images.length;
              progress ??= startProgress(terminal, { label: 'Predicting', unit: 'images', total });
              progress.update(done);
            },
            record: opened.record,
          },
        ).finally(() => progress?.finish());
      });
      await notePrediction(terminal, report.prediction);
      const { describeUsedRule } = await import('../rules/index.js');
      const said = report.rules.map(describeUsedRule).join('; ');
      terminal.out(
        flags.json
          ? jsonText(report)
          : `${report.path}: ${report.detections} vessels in ${report.tiles} tiles, ${said}\n`,
      );
    });
}
