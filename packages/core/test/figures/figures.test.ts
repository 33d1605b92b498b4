import {
  type Axis,
  densityByGroup,
  type Figure,
  groupBars,
  intervalsByGroup,
  lineCurves,
  scatterByGroup,
  scatterLabelled,
  slideMap,
} from '@vascula/core';
import { describe, expect, test } from 'vitest';
import { drawn, rowsOf } from './drawn.js';

const text = { name: 'figure', title: 'A figure', caption: 'What it shows.' };
const iou: Axis = { label: 'IoU of a tile (0 to 1)', domain: [0, 1] };
const size: Axis = { label: 'mean vessel size', unit: '1000 px' };
const count: Axis = { label: 'vessels in the tile' };
const half = { value: 0.5, label: '0.5' };
const slides = ['slide 1', 'slide 2', 'slide 10'];

const bars = (values: Parameters<typeof groupBars>[1]) =>
  groupBars({ ...text, value: { label: 'tiles' }, group: 'slide' }, values);
const density = (values: Parameters<typeof densityByGroup>[1], value: Axis = iou) =>
  densityByGroup({ ...text, value, reference: half }, values);
const scatter = (points: Parameters<typeof scatterByGroup>[1]) =>
  scatterByGroup({ ...text, x: count, y: size }, points);
const curves = (
  points: Parameters<typeof lineCurves>[1],
  marks: Parameters<typeof lineCurves>[0]['marks'] = [],
) =>
  lineCurves({ ...text, x: { label: 'epoch' }, y: { label: 'loss', unit: 'nats' }, marks }, points);
const labelled = (points: Parameters<typeof scatterLabelled>[1]) =>
  scatterLabelled({ ...text, x: { label: 'training tiles' }, y: iou }, points);
const intervals = (estimates: Parameters<typeof intervalsByGroup>[1]) =>
  intervalsByGroup({ ...text, value: iou, group: 'slide' }, estimates);
const map = (tiles: Parameters<typeof slideMap>[1]) =>
  slideMap(
    { ...text, category: 'tile is for', categories: ['training', 'validation'], side: 512 },
    tiles,
  );
const tile = (slide: string, x: number, y: number, category = 'training') => ({
  id: `${slide}-${x}-${y}`,
  slide,
  x,
  y,
  category,
});

const noValue = [null, Number.NaN, Number.POSITIVE_INFINITY];

describe('where there is nothing to draw there is no figure', () => {
  test.each<[string, Figure | undefined]>([
    ['bars', bars([])],
    ['bars without values', bars(noValue.map((value) => ({ group: 'a', value })))],
    ['density', density([])],
    ['density without values', density(noValue.map((value) => ({ value, group: 'a' })))],
    ['scatter', scatter([])],
    ['dots without a value', scatter(noValue.map((y) => ({ id: 'a', x: 1, y })))],
    ['curves', curves([])],
    ['a run before its first validation', curves([{ x: 1, y: null, series: 'validation' }])],
    ['labelled points', labelled([{ label: 'a', x: 3, y: null }])],
    ['intervals', intervals([{ group: 'a', value: null, low: 0, high: 1 }])],
    ['map', map([])],
  ])('%s', (_, figure) => {
    expect(figure).toBeUndefined();
  });
});

const spread = (n: number) => Array.from({ length: n }, (_, i) => ((i * 37) % n) / n);

/** Each with what is hard for it: one item, equal values, a missing end. */
const figures: Record<string, Figure | undefined> = {
  bars: bars(slides.map((group, i) => ({ group, value: 10 * i }))),
  'one bar of nothing': bars([{ group: 'a', value: 0 }]),
  'stacked bars': bars([
    { group: 'a', value: 3.25, series: 'vessel' },
    { group: 'a', value: 1.5, series: 'unsure' },
  ]),
  density: density(spread(100).map((value) => ({ value }))),
  'density by group': density(
    spread(90).map((value, i) => ({
      value,
      group: slides[i % 3],
      series: i % 2 ? 'FCN' : 'U-Net',
    })),
  ),
  'density of few': density([0, 0, 0.2, 0.3].map((value, i) => ({ value, group: slides[i % 2] }))),
  'density of zeros': density([{ value: 0 }, { value: 0 }], { label: 'share', unit: '%' }),
  'density of one': density([{ value: 7 }], { label: 'share', unit: '%' }),
  scatter: scatter(spread(30).map((y, x) => ({ id: `t${x}`, x, y, group: slides[x % 3] }))),
  'scatter by colour': scatter(
    spread(30).map((y, x) => ({ id: `t${x}`, x, y, series: slides[x % 3] })),
  ),
  'one dot': scatter([{ id: 'a', x: 0, y: 0 }]),
  curves: curves(
    spread(20).flatMap((y, x) => [
      { x, y, series: 'training' },
      { x, y: x === 3 ? Number.NaN : 1 - y, series: 'validation' },
    ]),
    [{ x: 4, y: 0.5, series: 'validation', label: 'kept' }],
  ),
  'curves of runs': curves(
    spread(20).flatMap((y, x) =>
      ['training', 'validation'].map((stroke) => ({ x, y, series: 'FCN', stroke, group: 'loss' })),
    ),
  ),
  'steps of recall': lineCurves(
    { ...text, x: iou, y: iou, steps: true },
    spread(9).map((y, x) => ({ x: x / 9, y, series: 'U-Net' })),
  ),
  'calibration by group': lineCurves(
    { ...text, x: iou, y: iou, diagonal: [0, 1] },
    spread(12).map((y, x) => ({ x: y, y: 1 - y, series: 'found', group: slides[x % 3] })),
  ),
  'one epoch': curves([{ x: 1, y: 2, series: 'training' }]),
  'labelled points': labelled(
    slides.flatMap((label, i) => [
      { label, x: 10 * i, y: 0.4, series: 'FCN' },
      { label, x: 10 * i, y: 0.5, series: 'U-Net' },
    ]),
  ),
  'one labelled point': labelled([{ label: 'slide 1', x: 0, y: 0 }]),
  intervals: intervals(
    slides.map((group, i) => ({ group, value: i / 3, low: i / 4, high: i / 2 })),
  ),
  'estimate of one tile': intervals([
    { group: 'a', value: 1, low: null, high: null, series: 'FCN' },
  ]),
  map: map([
    tile('slide 1', 0, 0),
    tile('slide 1', 512, 1024, 'validation'),
    tile('slide 2', 9000, 0),
  ]),
  'one tile': map([tile('slide 1', 0, 0)]),
};

describe.each(Object.entries(figures))('%s', (_, figure) => {
  if (figure === undefined) throw new Error('no figure');
  const { spec } = figure;

  test('is drawn, without a warning, and nothing in it is NaN or undefined', async () => {
    const { svg, warnings } = await drawn(figure);
    expect(warnings).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|\bnull\b/);
    // Marks lie in groups of their own; axes and legends have other roles.
    expect(svg).toMatch(
      /class="mark-(rect|line|area|symbol|rule) role-mark [^"]*"[^>]*><(path|line)/,
    );
  });

  test('is plain JSON, with its data inline, a description and none of the looks of a page', () => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(spec.description).toBe(figure.caption);
    expect(rowsOf(spec).length).toBeGreaterThan(0);
    const json = JSON.stringify(spec);
    expect(json).not.toMatch(/"config"|#[0-9a-f]{6}|"url"|\bwhite\b|\bblack\b/);
  });
});

describe('what is drawn', () => {
  test('axis titles have units', async () => {
    const { svg } = await drawn(figures.scatter as Figure);
    expect(svg).toContain('>mean vessel size (1000 px)</text>');
    expect((await drawn(figures.density as Figure)).svg).toContain('>density (area 1)<');
    expect((await drawn(figures.map as Figure)).svg).toContain('>column in the slide (px)<');
  });

  test('panels come in natural order', async () => {
    const points = [...slides].reverse().map((group) => ({ id: group, x: 1, y: 1, group }));
    const { svg } = await drawn(scatter(points) as Figure);
    const titles = [...svg.matchAll(/>(slide \d+)<\/text>/g)].map(([, title]) => title);
    expect(titles).toEqual(slides);
  });

  test('all panels have one vertical range, that of the highest curve', async () => {
    const peaked = [0.5, 0.51, 0.52, 0.53, 0.54].map((value) => ({ value, group: 'peaked' }));
    const flat = spread(40).map((value) => ({ value, group: 'flat' }));
    const figure = density([...flat, ...peaked]) as Figure;
    const { area } = await drawn(figure);
    const tops = area.map((points) => Math.min(...points.map(([, y]) => y)));
    expect(tops).toHaveLength(2);
    // Of 150 px, of which 15 % are room for the label; the flat curve is drawn to the same scale.
    expect(tops[1]).toBeGreaterThan(10);
    expect(tops[1]).toBeLessThan(30);
    expect(tops[0]).toBeGreaterThan(100);
  });

  test('a density is dashed at its reference, once a panel', async () => {
    const { svg } = await drawn(figures['density by group'] as Figure);
    expect(svg.match(/stroke-dasharray="4,4"/g)).toHaveLength(3);
    expect(svg.match(/>0\.5<\/text>/g)?.length).toBeGreaterThanOrEqual(3);
  });

  test('steps hold each value from the point before on: no slanted line', async () => {
    const lineOf = async (name: string) => {
      const { svg } = await drawn(figures[name] as Figure);
      return /class="mark-line role-mark [^"]*"[^>]*><path[^>]* d="([^"]+)"/.exec(svg)?.[1] ?? '';
    };
    const points = [...(await lineOf('steps of recall')).matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(
      ([, x, y]) => [Number(x), Number(y)],
    );
    expect(points.length).toBeGreaterThan(9);
    for (const [k, [x, y]] of points.entries()) {
      if (k === 0) continue;
      const [before, above] = points[k - 1] as [number, number];
      expect(x === before || y === above).toBe(true);
    }
    // The value changes first: at the recall of the point before.
    expect(points[1]?.[0]).toBe(points[0]?.[0]);
  });

  test('the diagonal is dashed, once a panel, from corner to corner', async () => {
    const { svg } = await drawn(figures['calibration by group'] as Figure);
    expect(svg.match(/stroke-dasharray="4,4"/g)).toHaveLength(3);
    const whole = /translate\(0,150\)" x2="200" y2="-150"[^>]*stroke-dasharray="4,4"/g;
    expect(svg.match(whole)).toHaveLength(3);
  });

  test('a single epoch stands among whole numbers, a single value in a range', async () => {
    const { svg } = await drawn(figures['one epoch'] as Figure);
    const labels = [...svg.matchAll(/>([\d.]+)<\/text>/g)].map(([, label]) => label);
    expect(labels).toEqual(['0', '1', '2', '1', '2', '3']);
  });

  test('a density says what its ticks are, where it has any', () => {
    expect(figures.density?.caption).toBe(text.caption);
    expect(figures['density of few']?.caption).toMatch(
      /^What it shows\. Each tick is a single value/,
    );
  });

  test('stacked bars add up, and the total is written', async () => {
    const { svg } = await drawn(figures['stacked bars'] as Figure);
    expect(svg).toContain('>4.75</text>');
  });

  test('the category of orientation is faint in map and legend, the others are not', async () => {
    const figure = slideMap(
      { ...text, category: 'use', categories: ['a', 'b', 'c', 'none'], faint: 'none', side: 1 },
      ['a', 'b', 'none', 'none', 'c'].map((name, at) => tile('slide 1', at, 0, name)),
    ) as Figure;
    const { svg, warnings } = await drawn(figure);
    expect(warnings).toEqual([]);
    const [legend, map] = ['symbol', 'rect'].map((mark) =>
      [...svg.matchAll(new RegExp(`class="mark-${mark} role-[^"]*".*?</g>`, 'g'))]
        .flatMap(([group]) => [...group.matchAll(/ opacity="([\d.]+)"/g)])
        .map(([, opacity]) => Number(opacity)),
    );
    expect(legend).toEqual([1, 1, 1, 0.3]);
    expect(map).toEqual([1, 1, 0.3, 0.3, 1]);
  });

  test('a tile of a map is a square of its own side', async () => {
    const { svg } = await drawn(figures.map as Figure);
    const squares = [
      ...svg.matchAll(
        /<path aria-label="[^"]*" role="graphics-symbol"[^>]* d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h/g,
      ),
    ];
    expect(squares).toHaveLength(3);
    for (const [, , , width, height] of squares)
      expect(Number(width)).toBeCloseTo(Number(height), 0);
  });

  test('a label that two models share is written once', async () => {
    const { svg } = await drawn(figures['labelled points'] as Figure);
    for (const slide of slides) expect(svg.split(`>${slide}</text>`)).toHaveLength(2);
  });

  test('names are data, never marks of the picture or code', async () => {
    const name = '<img src=x onerror="alert(1)">\' + datum["id"] + \'\\';
    const figures = [
      bars([{ group: name, value: 1, series: name }]),
      density(spread(9).map((value) => ({ value, group: name, series: name }))),
      scatter([{ id: name, x: 1, y: 1, group: name, series: name }]),
      curves([{ x: 1, y: 1, series: name, stroke: name, group: name }]),
      labelled([{ label: name, x: 1, y: 1, series: name }]),
      intervals([{ group: name, value: 1, low: 0, high: 1, series: name }]),
      slideMap({ ...text, category: 'tile is for', categories: [name], side: 1 }, [
        tile(name, 0, 0, name),
      ]),
    ];
    for (const figure of figures) {
      const { svg, warnings } = await drawn(figure as Figure);
      expect(svg).not.toContain('<img');
      expect(warnings).toEqual([]);
      expect(svg).toMatch(/&lt;img src=x/);
    }
  });

  test('a field that nobody asked for is not put into the page', () => {
    const point = { id: 'a', x: 1, y: 2, thumbnail: new Uint8Array(9) };
    expect(rowsOf((scatter([point]) as Figure).spec)).toEqual([{ id: 'a', x: 1, y: 2 }]);
  });
});
