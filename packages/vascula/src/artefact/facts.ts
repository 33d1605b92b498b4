import { InputError, objectives } from '@vascula/core';
import { z } from 'zod';
import { instanceRuleSchema } from '../run/instance-rule.js';
import { parseJson } from '../run/json-file.js';
import { DIGEST_KEY, metadataDigest } from './digests.js';
import { runMetricsSchema } from './run-metrics.js';
import { tileOrigins } from './test-tile.js';

const count = z.number().int().min(0);
const size = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const anything = z.record(z.string(), z.unknown());

/** All that an artefact says of itself. A newer version may say more. */
const factsSchema = z.object({
  format: z.literal('vascula artefact 1'),
  /** Version of vascula that exported it. */
  version: z.string(),
  /** Settings of the network. */
  model: anything,
  /** Epoch of the weights. */
  epoch: size,
  /** In words: type, shape, channels and range of input and output. */
  input: z.string(),
  output: z.string(),
  channelOrder: z.literal('rgb'),
  /** What has to be done to the pixels before they are fed: nothing, since the graph scales them. */
  normalise: z.literal('none'),
  /** Height and width of the input must be multiples of this. */
  sizeMultiple: size,
  /** Side of a pixel of the training tiles in micrometres, where it is known. */
  pixelSize: z.number().positive().optional(),
  /** A pixel whose probability is above it is vessel. */
  cutoff: z.number().min(0).max(1),
  /** What each map of the output is the probability of. */
  classes: z.array(z.string()).min(1).readonly(),
  /** How vessels are made of the probability, where `vascula calibrate` chose that. */
  rules: z
    .array(
      z.object({
        by: z.enum(objectives),
        /** Validation tiles it was chosen on. */
        tiles: size,
        rule: instanceRuleSchema,
        calibration: instanceRuleSchema.shape.calibration,
      }),
    )
    .optional(),
  /** How it was trained: preset, device and version of the training, and the recipe. */
  training: z.object({ version: z.string(), preset: z.string(), device: z.string() }),
  recipe: anything,
  /** Tiles trained on and validated on, those of the latter that touch one of the former, and the rule. */
  split: z.object({
    by: z.string(),
    train: size,
    validation: size,
    neighbours: count,
    fold: z.object({ number: size, of: size }).optional(),
  }),
  /** The weights it began with, where they were trained before: in another run, on how many other tiles, or in a file. */
  began: z
    .discriminatedUnion('with', [
      z.object({ with: z.literal('run'), sha256, tiles: count }),
      z.object({ with: z.literal('file'), sha256 }),
    ])
    .optional(),
  /** See `dataFacts`; left out where the data were not at hand. */
  data: z.object({ sha256, slides: z.object({ train: size, validation: size }) }).optional(),
  /** On the validation tiles, where they were evaluated. */
  metrics: runMetricsSchema.optional(),
  opset: size,
  /** See `weightsDigest`. */
  weights: sha256,
  testTile: z.object({
    origin: z.enum(tileOrigins),
    width: size,
    height: size,
    /** Base64: uint8, RGB, height * width * 3. */
    pixels: z.string(),
    /** Base64: float32, little-endian, height * width: what the graph gave where it was exported. */
    probability: z.string(),
  }),
});

export type ArtefactFacts = z.infer<typeof factsSchema>;

type FactName = keyof ArtefactFacts;

/** Facts that are texts stand in a file as they are, all others as JSON. */
const texts: ReadonlySet<FactName> = new Set([
  'format',
  'version',
  'input',
  'output',
  'channelOrder',
  'normalise',
  'weights',
]);

/** `sizeMultiple` is `vascula.size-multiple`. */
function keyOf(name: string): string {
  return `vascula.${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The metadata of a file (`metadata_props`) that hold the facts, with their digest. */
export function writeFacts(facts: ArtefactFacts): Record<string, string> {
  const metadata = Object.fromEntries(
    Object.entries(facts)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        keyOf(name),
        texts.has(name as FactName) ? `${value}` : JSON.stringify(value),
      ]),
  );
  return { ...metadata, [DIGEST_KEY]: metadataDigest(metadata) };
}

/**
 * Reads the facts back.
 *
 * @throws InputError where the metadata are none of ours, damaged, or changed since they were written.
 */
export function readFacts(metadata: Readonly<Record<string, string>>, path: string): ArtefactFacts {
  requireOurs(metadata, path);
  const found: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(factsSchema.shape)) {
    const key = keyOf(name);
    const text = metadata[key];
    if (text !== undefined) {
      const json = texts.has(name as FactName) ? JSON.stringify(text) : text;
      found[name] = parseJson(json, schema, { path: `${path} (metadata ${key})` });
    } else if (!schema.isOptional())
      throw new InputError({
        path,
        field: `metadata ${key}`,
        problem: 'is missing',
        hint: CHANGED,
      });
  }
  const { [DIGEST_KEY]: digest } = metadata;
  if (digest !== metadataDigest(metadata))
    throw new InputError({
      path,
      field: `metadata ${DIGEST_KEY}`,
      problem: digest === undefined ? 'is missing' : 'is not that of the metadata',
      hint: CHANGED,
    });
  return found as ArtefactFacts;
}

const CHANGED =
  'Metadata were changed after the export: what the file says of itself cannot be relied on';

function requireOurs(metadata: Readonly<Record<string, string>>, path: string): void {
  if (metadata[keyOf('format')] !== undefined) return;
  const version = metadata[keyOf('version')];
  if (version === undefined)
    throw new InputError({
      path,
      problem: 'has no metadata of vascula: it is from another program, or they were taken off',
      expected: 'a model written by vascula export or vascula train',
    });
  throw new InputError({
    path,
    problem: `was written by vascula ${version}, which put no test tile into models`,
    hint: 'Write it again with: vascula export RUN -o NEW.onnx',
  });
}
