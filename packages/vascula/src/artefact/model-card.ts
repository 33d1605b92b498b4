import { slideNote } from '@vascula/core';
import { usages } from './card-code.js';
import {
  metricRows,
  neighbourWords,
  networkWords,
  pixelSizeWords,
  ruleWords,
  slidesOf,
  tilesOf,
  tilesWords,
} from './fact-words.js';
import type { ArtefactFacts } from './facts.js';

/**
 * A card about a model, in Markdown: only what the file itself knows; what is not known is said to be.
 *
 * @param file name of the ONNX file beside it
 */
export function modelCard(facts: ArtefactFacts, file: string): string {
  const sections = [
    `# ${file.replace(/\.onnx$/i, '')}`,
    whatItIs(facts, file),
    trainingData(facts),
    scores(facts),
    fromProbability(facts),
    intendedUse(facts),
    howToRun(facts, file),
    '## Verify\n\n' +
      code('sh', `npx vascula verify ${/^[\w.-]+$/.test(file) ? file : `'${file}'`}`) +
      '\n\nruns the test tile that the file carries ' +
      `(${testTileWords(facts)}) and compares the probability with the one it had where the file was ` +
      'made, and the digests of weights and metadata with those that were written.',
  ];
  return `${sections.join('\n\n')}\n`;
}

function whatItIs(facts: ArtefactFacts, file: string): string {
  const { training, recipe, classes } = facts;
  return (
    `\`${file}\` gives, for each pixel of an RGB image, the probability that it is of the class ` +
    `\`${classes.join(', ')}\`: of what was marked as that in the training data.\n\n` +
    table([
      ['', ''],
      ['network', networkWords(facts)],
      ['input', `\`${facts.input}\`; the graph scales it itself`],
      ['output', `\`${facts.output}\`, 0 to 1`],
      [
        'sizes',
        `${facts.output.includes('[batch,') ? 'any batch' : 'one image at a time'}; height and width multiples of ${facts.sizeMultiple}`,
      ],
      ['side of a pixel', pixelSizeWords(facts)],
      ['format', `ONNX, operator set ${facts.opset}, standard operators only`],
      ['weights', `epoch ${facts.epoch}, SHA-256 \`${facts.weights}\``],
      ['trained', `vascula ${training.version}, preset ${training.preset}, on ${training.device}`],
      ['recipe', `\`${JSON.stringify(recipe)}\``],
      ['exported', `vascula ${facts.version}`],
    ])
  );
}

function trainingData(facts: ArtefactFacts): string {
  const { data } = facts;
  const neighbours = neighbourWords(facts);
  return [
    '## Training data',
    `Trained on ${tilesWords(facts)}.${neighbours === undefined ? '' : ` ${neighbours}`}`,
    ...beganWords(facts),
    data === undefined
      ? 'A digest of the data is not known: they were not at hand when the file was written. Neither is the number of slides.'
      : `SHA-256 of the tiles' ids, pixels and labels, as docs/artefact.md of vascula defines it: \`${data.sha256}\`.`,
    'Not known to this file: where the images are from, tissue, stain and scanner, who labelled them, and under which ' +
      'licence the data are.',
  ].join('\n\n');
}

/** What the weights had seen before this training. */
function beganWords({ began }: ArtefactFacts): string[] {
  if (began === undefined) return [];
  if (began.with === 'file')
    return [
      `It began with the weights of a network from a file (SHA-256 \`${began.sha256}\`); what that was trained on is not known here.`,
    ];
  const others =
    began.tiles > 0
      ? `, which were trained on ${tilesOf(began.tiles)} that are not among these`
      : '';
  return [`It began with the weights of another run (SHA-256 \`${began.sha256}\`)${others}.`];
}

function scores({ metrics, recipe }: ArtefactFacts): string {
  if (metrics === undefined)
    return '## Scores\n\nNot known: no scores of these weights lay with the run.';
  const { images, slides, vessels, cutoff, foundIou } = metrics;
  const note = slideNote(slides);
  return [
    '## Scores',
    `On the ${tilesOf(images)} validated on (${slidesOf(slides)}, ${vessels} vessels), cutoff ${cutoff}. ` +
      (recipe.keep === 'last'
        ? 'They chose nothing: the weights are those of the last epoch.'
        : 'These tiles chose the epoch of the weights, so that the scores are a little better than those of tiles that chose nothing.'),
    table([['', 'value', '95 % by tile', '95 % by slide'], ...metricRows(metrics)]),
    'IoU and Dice are means over tiles, pooled ones of all pixels together. AP is average precision of vessels found ' +
      `at an IoU of ${foundIou}, F1 of the same, PQ panoptic quality. Intervals: bootstrap, tiles or whole slides drawn.` +
      `${note === undefined ? '' : ` ${note}`}`,
  ].join('\n\n');
}

function fromProbability(facts: ArtefactFacts): string {
  const rules = ruleWords(facts);
  return [
    '## From probability to vessels',
    `A pixel is vessel where its probability is above **${facts.cutoff}**; vessels are its connected components (8 ` +
      'neighbours; in OpenCV `cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)`), with their mean ' +
      'probability as confidence.',
    ...(rules.length === 0
      ? ['No other rule was calibrated.']
      : [
          `Calibrated rules, in full in the metadata \`vascula.rules\`, as \`findInstances\` of @vascula/core takes them:\n\n${rules.map((words) => `- ${words}`).join('\n')}`,
        ]),
  ].join('\n\n');
}

function intendedUse({ pixelSize, split, data, began }: ArtefactFacts): string {
  const resolution =
    pixelSize === undefined
      ? 'It was trained on one resolution, which the file does not know: the scale of other images has to be brought to that of the training tiles.'
      : `It was trained on pixels of ${pixelSize} µm: images of another resolution have to be brought to it.`;
  const slides = data === undefined ? 'an unknown number of slides' : slidesOf(data.slides.train);
  return [
    '## Intended use and limits',
    'Research on images like those it was trained on: the same tissue, stain, preparation and kind of scanner.',
    [
      `It has seen ${tilesOf(split.train)} of ${slides}${began === undefined ? '' : ', and before that what its first weights were trained on'}. Nothing here shows how it does on other stains, scanners, species or diseases.`,
      resolution,
      'It takes 8-bit RGB and says nothing of whether an image is tissue at all: it gives a probability for anything.',
      'It is no medical device and was not evaluated for diagnosis.',
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n');
}

function howToRun(facts: ArtefactFacts, file: string): string {
  return [
    '## How to run it',
    ...usages(facts, file).flatMap(({ title, note, language, code: text }) => [
      `### ${title}`,
      ...(note === undefined ? [] : [note]),
      code(language, text),
    ]),
  ].join('\n\n');
}

function testTileWords({ testTile: { width, height, origin } }: ArtefactFacts): string {
  return `${width} x ${height}, ${origin === 'validation' ? 'cut from a tile validated on: its pixels are in the file' : 'synthetic: no pixel of the data is in the file'}`;
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** A Markdown table; the first row is its head. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
