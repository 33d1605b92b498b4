import { describe, expect, test } from 'vitest';
import { DARK, LIGHT } from '../../dist/pages/theme.js';

/** Relative luminance and contrast ratio of WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s page', (_, { colours, categories }) => {
  test('words stand out from what is behind them, 4.5 : 1 at least', () => {
    for (const words of ['ink', 'muted', 'accent', 'warning'] as const)
      for (const behind of ['ground', 'surface'] as const)
        expect(contrast(colours[words], colours[behind]), `${words} on ${behind}`).toBeGreaterThan(
          4.5,
        );
  });

  test('the first three categories stand out as marks have to, 3 : 1 at least', () => {
    for (const colour of categories.slice(0, 3))
      expect(contrast(colour, colours.surface), colour).toBeGreaterThan(3);
  });

  test('eight categories, all different', () => {
    expect(new Set(categories).size).toBe(8);
  });
});
