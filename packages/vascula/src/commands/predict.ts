import { InputError, type Point } from '@vascula/core';
import { Command, Option } from 'commander';
import { type PredictionFormat, predictionFormats } from '../prediction/formats.js';
import type {
  ImageFile,
  PredictedImage,
  PredictionReport,
  TileGroup,
} from '../prediction/index.js';
import { deviceOption, type EngineFlags } from './device-option.js';
import { positiveNumber, slidePoint, someOf } from './flags.js';
import {
  addPredictionFlags,
  notePrediction,
  type PredictionFlags,
  predictionHelp,
  runsOf,
} from './prediction-flags.js';
import { startProgress } from './progress.js';
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
  readonly format: readonly PredictionFormat[];
  readonly offset?: Point;
  readonly slideCoordinates?: string;
  readonly pixelSize?: number;
  readonly stitch?: string;
  readonly json?: true;
}

/** `vascula predict RUN PATHS… -o DIR`: what is found in each image, as pictures, outlines or both. */
export function predictCommand(terminal: Terminal): Command {
  const command = new Command('predict')
    .description('Predict vessels in images: probability, mask, outlines.')
    .argument('<run>', 'folder of the run, or of the runs of all folds')
    .argument('<paths...>', 'images (TIFF, PNG, JPEG; 8-bit RGB), or folders of them')
    .requiredOption('-o, --output <dir>', 'folder to write: new, or empty')
    .addOption(
      new Option('--format <names>', `some of ${predictionFormats.join(', ')}, with commas between`)
        .argParser(someOf(predictionFormats))
        .default(['png'], 'png'),
    )
    .option('--offset <x,y>', 'geojson: column and row of the image in its slide', slidePoint)
    .option('--slide-coordinates <csv>', 'geojson: the same for each image, from tile_meta.csv')
    .option('--pixel-size <µm>', 'geojson: side of a pixel, for areas in µm²', positiveNumber)
    .option('--stitch <csv>', 'tiles that touch in their slide are one image; from tile_meta.csv');
  return addRuleFlags(addPredictionFlags(command))
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

With --stitch, tiles that touch are predicted as one image and cut again, so that there is no seam between
them. That image is written too, as slide-S-row-Y-column-X.png, with what is found in it as a whole.
${predictionHelp}
${ruleHelp}
Of two stored rules predict takes the one chosen by IoU, for the sake of the masks.

Examples:
  $ vascula predict runs/first hubmap/test -o predictions
  $ vascula predict runs/first slide.png -o predictions --tta dihedral --with runs/second
  $ vascula predict runs/first hubmap/train -o outlines --format geojson,labels \\
      --slide-coordinates hubmap/tile_meta.csv --pixel-size 0.5`,
    )
    .action(async (folder: string, paths: readonly string[], flags: Flags) => {
      const [{ withPredictor }, prediction, { jsonText }] = await Promise.all([
        import('./with-predictor.js'),
        import('../prediction/index.js'),
        import('../run/index.js'),
      ]);
      const { className, imageFiles, imageMaps, predictFiles, stitchedMaps, tileGroups } =
        prediction;
      const files = await imageFiles(paths);
      const offsets = await offsetsOf(files, flags);
      const { run, request } = await runsOf(folder, flags);
      const rules = await rulesOf(terminal, run, flags, 'iou');
      await noteRuleOfFirst(terminal, run, request.others ?? [], rules, flags, 'iou');
      const groups = flags.stitch && (await tileGroups(files, flags.stitch));
      const mosaics = groups ? groups.filter(({ tiles }) => tiles.length > 1) : [];
      requireNamesApart(files, mosaics);
      requireOutlinesOfSlide(mosaics, flags);
      const names = [...files, ...mosaics].map(({ name }) => name);
      const places = withMosaics(offsets, mosaics);
      const detect = await detectorOf(rules, flags, { names, offsets: places }, mosaics);
      const report = await withPredictor(terminal, folder, flags, (_, _run, epoch, opened) => {
        noteOtherMaps(terminal, rules, epoch, flags.tta);
        const progress = startProgress(terminal, {
          label: 'Predicting',
          unit: 'images',
          total: names.length,
        });
        const signal = terminal.interrupted;
        return predictFiles(
          groups ? stitchedMaps(groups, opened, signal) : imageMaps(files, opened, signal),
          {
            folder: flags.output,
            className: className(run.config.data),
            rules,
            detect,
            formats: flags.format,
            offsets: places,
            pixelSize: flags.pixelSize,
          },
          { progress: (done) => progress.update(done), record: opened.record },
        ).finally(() => progress.finish());
      });
      await notePrediction(terminal, report.prediction);
      terminal.out(flags.json ? jsonText(report) : lines(report));
    });
}

/** Results are named after images, and after what they are stitched to. */
function requireNamesApart(files: readonly ImageFile[], mosaics: readonly TileGroup[]): void {
  const taken = files.find(({ name }) => mosaics.some((mosaic) => mosaic.name === name));
  if (taken !== undefined)
    throw new InputError({
      path: taken.path,
      problem: 'has the name that stitched tiles are given',
      expected: 'another name',
    });
}

/** Outlines by tile are not those of what tiles are stitched to. */
function requireOutlinesOfSlide(mosaics: readonly TileGroup[], { glomeruli }: Flags): void {
  if (mosaics.length > 0 && glomeruli !== undefined && /\.jsonl$/i.test(glomeruli))
    throw new InputError({
      path: '--glomeruli',
      problem: `${glomeruli} holds outlines by tile, and ${mosaics[0].name} is several tiles`,
      expected: 'GeoJSON of the slide with --slide-coordinates, or no --stitch',
    });
}

/** Where stitched tiles lie in their slides, where it is known of the tiles. */
function withMosaics(
  offsets: ReadonlyMap<string, Point> | undefined,
  mosaics: readonly TileGroup[],
): ReadonlyMap<string, Point> | undefined {
  if (offsets === undefined) return undefined;
  const own = mosaics.map(({ name, extent }): [string, Point] => [name, [extent.x, extent.y]]);
  return new Map([...offsets, ...own]);
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

function lineOf(predicted: PredictedImage): string {
  const { image, vessels, vesselShare, mosaic, mask, geojson, labels } = predicted;
  const written = [mosaic, mask, geojson, labels].filter((path) => path !== undefined);
  const share = `${(100 * vesselShare).toFixed(2)} % of the pixels`;
  return `${image}: ${[`${vessels} vessels`, share, ...written].join(', ')}`;
}
