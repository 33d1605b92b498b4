import { type Point, type Polygon, traceOutlines } from '../geometry/index.js';
import type { Detection } from '../instances/index.js';

/** What outlines are written as. */
export interface GeoJsonStyle {
  /** QuPath's class, and its colour as red, green, blue from 0 to 255. */
  readonly classification: {
    readonly name: string;
    readonly color: readonly [red: number, green: number, blue: number];
  };
  /** Column and row of the image's upper-left pixel in the slide; [0, 0] where left out. */
  readonly offset?: Point;
  /** Side of a pixel in µm; adds the area in µm² to the measurements. */
  readonly pixelSize?: number;
}

/**
 * Instances as a GeoJSON feature collection that QuPath opens as annotations, in the order given, one a
 * line.
 *
 * Geometry: the outlines of `traceOutlines`, holes kept, a `Polygon`, or a `MultiPolygon` where parts of an
 * instance touch at a corner only. Coordinates are QuPath's: pixels of the slide, y downwards, the corners
 * of pixels at whole numbers (pixel [x, y] covers x to x+1, y to y+1), so half a pixel more than elsewhere
 * here. Outer rings have a positive area in numbers, as RFC 7946 asks; its longitude and latitude are not
 * meant.
 *
 * Properties are those that QuPath reads (`PathObjectTypeAdapter` of QuPath 0.4 and later): `objectType`
 * annotation, which can be corrected by hand there, `classification`, and `measurements` of area and
 * confidence.
 */
export function formatGeoJson(detections: readonly Detection[], style: GeoJsonStyle): string {
  const features = detections.map((detection) => JSON.stringify(feature(detection, style)));
  return `{"type":"FeatureCollection","features":[\n${features.join(',\n')}\n]}\n`;
}

function feature(detection: Detection, { classification, offset, pixelSize }: GeoJsonStyle) {
  const { box, mask, area, confidence } = detection;
  const [x, y] = offset ?? [0, 0];
  const corner: Point = [box.x + x + 0.5, box.y + y + 0.5];
  const parts = traceOutlines(mask, box.width, box.height, corner).map(closedRings);
  return {
    type: 'Feature',
    geometry:
      parts.length === 1
        ? { type: 'Polygon', coordinates: parts[0] }
        : { type: 'MultiPolygon', coordinates: parts },
    properties: {
      objectType: 'annotation',
      classification,
      measurements: {
        'Area px': area,
        ...(pixelSize === undefined ? {} : { 'Area µm²': area * pixelSize ** 2 }),
        Confidence: confidence,
      },
    },
  };
}

/** Rings as GeoJSON has them: the outer one first, the first position repeated at the end. */
function closedRings({ outer, holes }: Polygon): Point[][] {
  return [outer, ...holes].map((ring) => [...ring, ring[0]]);
}
