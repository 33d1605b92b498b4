import { readFile, stat } from 'node:fs/promises';
import { FormatError, type Graph, type OnnxFile, readOnnx } from '@vascula/autograd';
import { decodeBase64, InputError } from '@vascula/core';
import { faultOfPath, systemFault } from '../files/index.js';
import { type ArtefactFacts, readFacts } from './facts.js';
import type { TestTile } from './test-tile.js';

/** An ONNX file (a protobuf message) ends at 2 GiB. */
const MAX_BYTES = 2 ** 31 - 1;

/** A file that `exportRun` made, as it is read back. */
export interface ReadArtefact {
  readonly graph: Graph;
  readonly facts: ArtefactFacts;
  readonly testTile: TestTile;
  /** What the test tile gave where the file was made: float32, height * width. */
  readonly expected: Float32Array;
}

/**
 * Reads a model that vascula wrote.
 *
 * @throws InputError for a file that is no ONNX model, or damaged, from another program, or whose metadata
 *   were changed.
 */
export async function readArtefact(path: string): Promise<ReadArtefact> {
  const { graph, metadata } = await readModel(path);
  const facts = readFacts(metadata, path);
  const { origin, width, height, pixels, probability } = facts.testTile;
  const place = `${path} (metadata vascula.test-tile)`;
  const data = decoded(pixels, place, 'pixels', width * height * 3);
  const bytes = decoded(probability, place, 'probability', width * height * 4);
  const { sizeMultiple } = facts;
  if (width % sizeMultiple !== 0 || height % sizeMultiple !== 0)
    throw new InputError({
      path: place,
      problem: `is of ${width} x ${height} pixels`,
      expected: `multiples of ${sizeMultiple}`,
    });
  requireForm(graph, path);
  return {
    graph,
    facts,
    testTile: { origin, width, height, data },
    expected: new Float32Array(bytes.buffer),
  };
}

async function readModel(path: string): Promise<OnnxFile> {
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) throw new InputError(absent);
  const { size } = await stat(path);
  if (size > MAX_BYTES)
    throw new InputError({ path, problem: `has ${size} bytes`, expected: `at most ${MAX_BYTES}` });
  try {
    return readOnnx(await readFile(path));
  } catch (error) {
    const fault = systemFault(error, path);
    if (fault !== undefined) throw new InputError(fault, { cause: error });
    if (!(error instanceof FormatError)) throw error;
    const hint = 'It is damaged or cut short, or another file: get it again, or export anew';
    throw new InputError({ path, problem: error.message, hint }, { cause: error });
  }
}

function decoded(
  text: string,
  path: string,
  field: string,
  length: number,
): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = decodeBase64(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ ...error.fault, path, field }, { cause: error });
  }
  if (bytes.length !== length)
    throw new InputError({
      path,
      field,
      problem: `${bytes.length} bytes`,
      expected: `${length}, as its size says`,
    });
  return bytes;
}

/** Sees that the graph can be fed as `replay` feeds it. */
function requireForm({ inputs, outputs }: Graph, path: string): void {
  const shown = (values: Graph['inputs']) =>
    values.map(({ name, type, shape }) => `${name} ${type} [${shape.join(', ')}]`).join('; ');
  const [input] = inputs;
  const [output] = outputs;
  const fits =
    inputs.length === 1 &&
    input?.name === 'image' &&
    (input.type === 'float32' || input.type === 'uint8') &&
    outputs.length === 1 &&
    output?.name === 'probability' &&
    output.type === 'float32';
  if (!fits)
    throw new InputError({
      path,
      problem: `takes ${shown(inputs)} and gives ${shown(outputs)}`,
      expected: 'one image, float32 or uint8, and its probability: the graph was changed',
    });
}
