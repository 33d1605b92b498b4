import { InputError, type Point } from '@vascula/core';
import { Command, Option } from 'commander';
import { type PredictionFormat, predictionFormats } from '../prediction/formats.js';
import type { ImageFile, PredictedImage, PredictionReport } from '../prediction/index.js';
import { deviceOption, type EngineFlags } from './device-option.js';
import { positiveNumber, slidePoint, someOf } from './flags.js';
import { startProgress } from './progress.js';
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
  readonly format: readonly PredictionFormat[];
  readonly offset?: Point;
  readonly slideCoordinates?: string;
  readonly pixelSize?: number;
  readonly json?: true;
}

/** `vascula predict RUN PATHS… -o DIR`: what is found in each image, as pictures, outlines or both. */
export function predictCommand(terminal: Terminal): Command {
  const command = new Command('predict')
    .description('Predict vessels in images: probability, mask, outlines.')
    .argument('<run>', 'folder of the run')
    .argument('<paths...>', 'images (TIFF, PNG, JPEG; 8-bit RGB), or folders of them')
    .requiredOption('-o, --output <dir>', 'folder to write: new, or empty')
    .addOption(
      new Option('--format <names>', `some of ${predictionFormats.join(', ')}, with commas between`)
        .argParser(someOf(predictionFormats))
        .default(['png'], 'png'),
    )
    .option('--offset <x,y>', 'geojson: column and row of the image in its slide', slidePoint)
    .option('--slide-coordinates <csv>', 'geojson: the same for each image, from tile_meta.csv')
    .option('--pixel-size <µm>', 'geojson: side of a pixel, for areas in µm²', positiveNumber);
  return addRuleFlags(command)
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON document about what was found')
    .addHelpText(
      'after',
      `
png      NAME.probability.png (255 times the probability) and NAME.mask.png (0 or 255)
geojson  NAME.geojson, outlines along pixel edges with holes: QuPath opens them as annotations
coco     instances.json (a COCO dataset) and detections.json (COCO's results), of all images
labels   NAME.labels.png (16 bits: n for the n-th vessel, 0 for background)

Vessels have the same order in all of them. Glomeruli in GeoJSON are of the image, or, with --offset or
--slide-coordinates, of its slide.
${ruleHelp}
Of two stored rules predict takes the one chosen by IoU, for the sake of the masks.

Examples:
  $ vascula predict runs/first hubmap/test -o predictions
  $ vascula predict runs/first hubmap/train -o outlines --format geojson,labels \\
      --slide-coordinates hubmap/tile_meta.csv --pixel-size 0.5`,
    )
    .action(async (folder: string, paths: readonly string[], flags: Flags) => {
      const [{ withPredictor }, { imageFiles, predictFiles }, { jsonText, openRun }] =
        await Promise.all([
          import('./with-predictor.js'),
          import('../prediction/index.js'),
          import('../run/index.js'),
        ]);
      const files = await imageFiles(paths);
      const offsets = await offsetsOf(files, flags);
      const rules = await rulesOf(terminal, await openRun(folder), flags, 'iou');
      const names = files.map(({ name }) => name);
      const detect = await detectorOf(rules, flags, { names, offsets });
      const report = await withPredictor(terminal, folder, flags, (predict, _run, epoch) => {
        noteOtherWeights(terminal, rules, epoch);
        const progress = startProgress(terminal, {
          label: 'Predicting',
          unit: 'images',
          total: files.length,
        });
        return predictFiles(
          files,
          predict,
          {
            folder: flags.output,
            rules,
            detect,
            formats: flags.format,
            offsets,
            pixelSize: flags.pixelSize,
          },
          { progress: (done) => progress.update(done), signal: terminal.interrupted },
        ).finally(() => progress.finish());
      });
      terminal.out(flags.json ? jsonText(report) : lines(report));
    });
}

/** Where each image lies in its slide, by name, as the flags say. */
async function offsetsOf(
  files: readonly ImageFile[],
  { format, offset, slideCoordinates, pixelSize, glomeruli }: Flags,
): Promise<ReadonlyMap<string, Point> | undefined> {
  const outlines = format.includes('geojson');
  const places = outlines || (glomeruli !== undefined && !/\.jsonl$/i.test(glomeruli));
  const idle = Object.entries({
    '--offset': !places && offset,
    '--slide-coordinates': !places && slideCoordinates,
    '--pixel-size': !outlines && pixelSize,
  }).find(([, value]) => value !== false && value !== undefined);
  if (idle !== undefined)
    throw new InputError({ path: idle[0], problem: 'is for --format geojson' });
  if (offset !== undefined && slideCoordinates !== undefined)
    throw new InputError({
      path: '--offset',
      problem: 'is given with --slide-coordinates',
      expected: 'one of them',
    });
  if (offset !== undefined && files.length > 1)
    throw new InputError({
      path: '--offset',
      problem: `${files.length} images cannot all lie at ${offset}`,
      expected: 'one image',
      hint: 'Use --slide-coordinates with a tile_meta.csv',
    });
  if (offset !== undefined) return new Map([[files[0].name, offset]]);
  if (slideCoordinates === undefined) return undefined;
  const { slideOffsets } = await import('../prediction/index.js');
  return slideOffsets(files, slideCoordinates);
}

function lines({ images, coco }: PredictionReport): string {
  const found = images.map((image) => `${lineOf(image)}\n`).join('');
  return coco === undefined ? found : `${found}${coco.dataset}, ${coco.results}\n`;
}

function lineOf({ image, vessels, vesselShare, mask, geojson, labels }: PredictedImage): string {
  const written = [mask, geojson, labels].filter((path) => path !== undefined);
  const share = `${(100 * vesselShare).toFixed(2)} % of the pixels`;
  return `${image}: ${[`${vessels} vessels`, share, ...written].join(', ')}`;
}
