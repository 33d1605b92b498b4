import {
  type Detection,
  formatGeoJson,
  type GeoJsonStyle,
  InputError,
  MAX_GEOJSON_LENGTH,
  parseGeoJson,
  polygonArea,
  rasteriseRings,
  ringsOf,
} from '@vascula/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFound, found } from './detections.js';

const style: GeoJsonStyle = {
  classification: { name: 'blood_vessel', color: [240, 228, 66] },
};

function faultOf(text: string) {
  try {
    parseGeoJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('nothing was thrown');
}

describe('formatGeoJson', () => {
  it("writes QuPath's properties, and pixel corners at whole numbers of the slide", () => {
    const { detections } = found('....', '.##.', '....');
    const offset = [512, 1024] as const;
    expect(JSON.parse(formatGeoJson(detections, { ...style, offset, pixelSize: 0.5 }))).toEqual({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [513, 1025],
                [515, 1025],
                [515, 1026],
                [513, 1026],
                [513, 1025],
              ],
            ],
          },
          properties: {
            objectType: 'annotation',
            classification: { name: 'blood_vessel', color: [240, 228, 66] },
            measurements: {
              'Area px': 2,
              'Area µm²': 0.5,
              Confidence: detections[0].confidence,
            },
          },
        },
      ],
    });
  });

  it('keeps holes, and writes parts that touch at a corner as a MultiPolygon', () => {
    const { detections } = found('###..', '#.#..', '###..', '...#.', '....#');
    const { features } = JSON.parse(formatGeoJson(detections, style));
    expect(features).toHaveLength(1);
    const { type, coordinates } = features[0].geometry;
    expect([type, coordinates.map((rings: unknown[]) => rings.length)]).toEqual([
      'MultiPolygon',
      [2, 1, 1],
    ]);
    expect(features[0].properties.measurements).not.toHaveProperty('Area µm²');
  });

  it('nothing found is a collection without features', () => {
    expect(JSON.parse(formatGeoJson([], style))).toEqual({
      type: 'FeatureCollection',
      features: [],
    });
  });
});

it('any instances come back: their pixels, class and measurements', () => {
  const offset = fc.tuple(fc.nat(200_000), fc.nat(200_000));
  fc.assert(
    fc.property(anyFound, offset, ({ detections, width, height, mask }, offset) => {
      const features = parseGeoJson(formatGeoJson(detections, { ...style, offset }), { offset });
      expect(features).toHaveLength(detections.length);
      const all = new Uint8Array(mask.length);
      features.forEach(({ polygons, classification, measurements }, k) => {
        const { area, confidence } = detections[k] as Detection;
        expect(classification).toBe('blood_vessel');
        expect(measurements).toEqual(
          new Map([
            ['Area px', area],
            ['Confidence', confidence],
          ]),
        );
        expect(polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0)).toBe(area);
        rasteriseRings(ringsOf(polygons), width, height).forEach((pixel, at) => {
          all[at] += pixel;
        });
      });
      expect(all).toEqual(mask);
    }),
  );
});

// As QuPath 0.5 writes it, shortened.
const ring = '[[1, 1], [1, 4.5], [6, 4.5], [6, 1], [1, 1]]';
const feature = `{"type": "Feature", "id": "4c1a5c1e-7c5b-4f1b-9d9b-4a1b8f1f0001",
  "geometry": {"type": "Polygon", "coordinates": [${ring}]},
  "properties": {"objectType": "annotation", "name": "first", "isLocked": true,
   "classification": {"name": "blood_vessel", "color": [200, 0, 0]},
   "measurements": {"Solidity": 0.5}}}`;
const collection = (...features: string[]) =>
  `{"type": "FeatureCollection",\n"features": [${features.join(',\n')}]}`;

describe('parseGeoJson', () => {
  it("reads QuPath's, with rings either way round", () => {
    const outer = [
      [0.5, 0.5],
      [5.5, 0.5],
      [5.5, 4],
      [0.5, 4],
    ];
    const [{ polygons, classification, measurements }] = parseGeoJson(collection(feature));
    expect(polygons).toHaveLength(1);
    expect(polygons[0].holes).toEqual([]);
    expect(polygonArea(polygons[0])).toBe(5 * 3.5);
    expect([...polygons[0].outer].sort()).toEqual(outer.sort());
    expect([classification, [...measurements]]).toEqual(['blood_vessel', [['Solidity', 0.5]]]);
  });

  it.each([
    ['null', undefined],
    ['"Vessel"', 'Vessel'],
    ['{"names": ["Vessel", "small"], "color": [1, 2, 3]}', 'Vessel: small'],
  ])('classification %s', (classification, name) => {
    const properties = `"properties": {"classification": ${classification}}`;
    const text = collection(feature.replace(/"properties": .*/s, `${properties}}`));
    expect(parseGeoJson(`\uFEFF${text}`)[0].classification).toBe(name);
    expect(parseGeoJson(text.replace(/"properties": .*/s, '"properties": null}]}'))).toHaveLength(
      1,
    );
  });

  const at = 'features[1].geometry.coordinates';
  const refusals: [what: string, of: string, by: string, says: string][] = [
    ['type', '"Feature"', '"Future"', 'features[1].type: found "Future"; expected Feature'],
    [
      'no geometry',
      '"geometry"',
      '"shape"',
      'features[1].geometry: found nothing; expected an object',
    ],
    [
      'another geometry',
      '"Polygon"',
      '"LineString"',
      'features[1].geometry.type: found "LineString"; expected Polygon or MultiPolygon',
    ],
    [
      'too shallow',
      `[${ring}]`,
      ring,
      `${at}[0]: found an array of 2; expected an array of positions`,
    ],
    [
      'too deep',
      `[${ring}]`,
      `[[${ring}]]`,
      `${at}[0]: found an array of 1; expected an array of positions`,
    ],
    [
      'no ring',
      `[${ring}]`,
      '[]',
      `${at}: found an array of 0; expected an array of rings: at least 1`,
    ],
    ['three positions', '[1, 4.5], [6, 4.5], ', '', `${at}[0]: found an array of 3`],
    [
      'not closed',
      '[6, 1], [1, 1]',
      '[6, 1], [2, 1]',
      `${at}[0][4]: the ring ends at [2,1]; expected [1,1]`,
    ],
    [
      'three numbers',
      '4.5]',
      '4.5, 0]',
      `${at}[0][1]: found an array of 3; expected [x, y], two numbers`,
    ],
    ['text', '4.5]', '"4.5"]', `${at}[0][1]: found an array of 2; expected [x, y], two numbers`],
    [
      'infinite',
      '4.5]',
      '1e999]',
      `${at}[0][1]: found an array of 2; expected [x, y], two numbers`,
    ],
    ['far', '4.5]', '-10000001]', `${at}[0][1]: found an array of 2; expected [x, y], two numbers`],
    [
      'no area',
      ring,
      '[[1, 1], [1, 4.5], [1, 7], [1, 1]]',
      `${at}[0]: the ring encloses nothing; expected an area`,
    ],
    [
      'class',
      '"name": "blood_vessel"',
      '"name": 7',
      'features[1].properties.classification.name: found 7; expected a string',
    ],
    [
      'class without name',
      '"name": "blood_vessel", ',
      '',
      'features[1].properties.classification.names: found nothing; expected an array of names',
    ],
    [
      'measurement',
      '0.5}',
      '"0.5"}',
      'features[1].properties.measurements["Solidity"]: found "0.5"; expected a finite number',
    ],
    [
      'no properties',
      '"properties"',
      '"other"',
      'features[1].properties: found nothing; expected an object',
    ],
  ];
  it.each(refusals)('refuses %s', (_, of, by, says) => {
    expect(feature).toContain(of);
    expect(faultOf(collection(feature, feature.replace(of, by))).message).toContain(says);
  });

  it('refuses what is no collection, and names the line of what is no JSON', () => {
    expect(faultOf('[]').message).toBe('the file: found an array of 0; expected an object');
    expect(faultOf(feature).message).toContain('type: found "Feature"; expected FeatureCollection');
    expect(faultOf('{"type": "FeatureCollection"}').message).toContain('features: found nothing');
    expect(faultOf(collection(feature).slice(0, -2)).fault.line).toBe(6);
    expect(faultOf(collection(feature).replace('"annotation",', '"annotation"')).fault.line).toBe(
      4,
    );
    expect(faultOf('\u001b[2J').message).toMatch(/^is not JSON \(Unexpected token ' ', " \[2J"/);
    expect(faultOf(' '.repeat(MAX_GEOJSON_LENGTH + 1)).message).toContain('expected at most');
  });
});

describe('whatever the text, it is read or an InputError with a place', () => {
  const { detections } = found('###.#.', '#.##..', '###..#', '...#..', '##....');
  const written = formatGeoJson(detections, { ...style, pixelSize: 0.5 });
  const sources = [written, collection(feature, feature)];

  function check(text: string): void {
    try {
      parseGeoJson(text);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      const { field, line, problem } = (error as InputError).fault;
      // Syntax errors without a position quote the text around them.
      if (field === undefined && line === undefined)
        expect(problem).toMatch(/^is not JSON \(Unexpected token .* is not valid JSON\)$/u);
    }
  }

  it('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        check(Buffer.from(bytes).toString('utf8'));
      }),
      { numRuns: 2000 },
    );
  });

  it('bytes changed, put in, taken out, cut off', () => {
    const change = fc.record({
      at: fc.nat(),
      taken: fc.nat(3),
      put: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(change, { maxLength: 4 }),
        fc.option(fc.nat()),
        (source, changes, cut) => {
          let bytes = Buffer.from(source);
          for (const { at, taken, put } of changes) {
            const from = at % bytes.length;
            bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + taken)]);
          }
          if (cut !== null) bytes = bytes.subarray(0, cut % bytes.length);
          check(bytes.toString('utf8'));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('any value of the file replaced by any other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
        fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', {}, [], [[[]]], -0, 1e308)),
        (source, path, value) => {
          const file = { root: JSON.parse(source) };
          let [holder, key] = [file as Record<string, unknown>, 'root'];
          for (const step of path) {
            const next = holder[key];
            if (typeof next !== 'object' || next === null) break;
            const keys = Object.keys(next);
            if (keys.length === 0) break;
            [holder, key] = [next as Record<string, unknown>, keys[step % keys.length]];
          }
          holder[key] = value;
          check(JSON.stringify(file.root));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('nested deeper than the stack', () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    check(deep);
    check(`{"type": "FeatureCollection", "features": ${deep}}`);
    check(collection(feature.replace(ring, deep)));
    check(collection(feature.replace('"blood_vessel"', deep)));
    check(collection(feature.replace('4.5', deep)));
  });
});
