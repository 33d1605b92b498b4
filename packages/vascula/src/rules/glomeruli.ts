import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  InputError,
  MAX_GEOJSON_LENGTH,
  type Point,
  parseGeoJson,
  rasteriseRings,
  ringsOf,
} from '@vascula/core';
import { type ImageSize, indexLabels, throwFirstFault, tileMask } from '../dataset/index.js';
import { faultOfPath } from '../files/index.js';

/** The glomeruli of an image: 0/1, height * width. */
export type GlomerulusMasks = (name: string, size: ImageSize) => Promise<Uint8Array>;

/**
 * Opens a file of glomeruli: outlines in the competition's layout (`.jsonl`, a line a tile, looked up by
 * the image's name), or GeoJSON (`.geojson`, `.json`) of one image, or of the slide that the images lie in.
 *
 * @param names of the images
 * @param offsets where the images lie in the slide, by name: needed of GeoJSON for more than one
 * @throws InputError where the file is at fault, or has nothing about these images.
 */
export async function openGlomeruli(
  path: string,
  names: readonly string[],
  offsets: ReadonlyMap<string, Point> | undefined,
): Promise<GlomerulusMasks> {
  const absent = await faultOfPath(path, 'file');
  if (absent !== undefined) throw new InputError(absent);
  const ending = extname(path).toLowerCase();
  if (ending === '.jsonl') return ofLabelFile(path, names);
  if (ending === '.geojson' || ending === '.json') return ofGeoJson(path, names, offsets);
  throw new InputError({
    path,
    problem: 'is not named as a file of outlines',
    expected: 'a file ending in .jsonl, .geojson or .json',
  });
}

async function ofLabelFile(path: string, names: readonly string[]): Promise<GlomerulusMasks> {
  const labels = await indexLabels([path], throwFirstFault);
  if (!names.some((name) => labels.has(name)))
    throw new InputError({
      path,
      field: 'id',
      problem: `has no line for ${names[0]}${names.length > 1 ? ` or ${names.length - 1} more` : ''}`,
      expected: 'a line for at least one of the images',
    });
  return (id, size) => tileMask({ id, labels: labels.get(id) }, 'glomerulus', size);
}

async function ofGeoJson(
  path: string,
  names: readonly string[],
  offsets: ReadonlyMap<string, Point> | undefined,
): Promise<GlomerulusMasks> {
  if (names.length > 1 && offsets === undefined)
    throw new InputError({
      path,
      problem: `the outlines of one image, for ${names.length}`,
      expected: 'one image, or outlines of the slide and --slide-coordinates',
    });
  const features = (await readFeatures(path)).filter(isGlomerulus);
  if (features.length === 0)
    throw new InputError({
      path,
      problem: 'holds no glomerulus',
      expected: 'features of the class glomerulus, or of no class',
    });
  const outlines = features.map(({ polygons }) => {
    const rings = ringsOf(polygons);
    return { rings, box: extentOf(rings.flat()) };
  });
  return async (name, { width, height }) => {
    const [left, top] = offsets?.get(name) ?? [0, 0];
    const mask = new Uint8Array(width * height);
    for (const { rings, box } of outlines) {
      const meets =
        box.left < left + width && box.right >= left && box.top < top + height && box.bottom >= top;
      if (!meets) continue;
      const here = rings.map((ring) => ring.map(([x, y]): Point => [x - left, y - top]));
      // One by one: where two overlap, the even-odd rule would cut them out of each other.
      rasteriseRings(here, width, height).forEach((pixel, at) => {
        mask[at] |= pixel;
      });
    }
    return mask;
  };
}

function extentOf(points: readonly Point[]) {
  const extent = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of points) {
    extent.left = Math.min(extent.left, x);
    extent.top = Math.min(extent.top, y);
    extent.right = Math.max(extent.right, x);
    extent.bottom = Math.max(extent.bottom, y);
  }
  return extent;
}

async function readFeatures(path: string) {
  const { size } = await stat(path);
  if (size > MAX_GEOJSON_LENGTH)
    throw new InputError({
      path,
      problem: `holds ${size} bytes`,
      expected: `at most ${MAX_GEOJSON_LENGTH}`,
    });
  const text = await readFile(path, 'utf8');
  try {
    return parseGeoJson(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ path, ...error.fault }, { cause: error });
  }
}

/** Outlines of other classes are no glomeruli; one without a class is what the file was named for. */
function isGlomerulus({ classification }: { readonly classification?: string }): boolean {
  return classification === undefined || classification.toLowerCase() === 'glomerulus';
}
