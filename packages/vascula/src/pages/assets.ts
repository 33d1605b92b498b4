import { readFile } from 'node:fs/promises';

/**
 * Files kept with the sources, for they are no TypeScript; the package ships them. This module is at
 * `dist/pages/assets.js` when it runs.
 */
function asset(name: string): URL {
  return new URL(`../../src/pages/assets/${name}`, import.meta.url);
}

export const FONT_FILES: readonly [regular: URL, semibold: URL] = [
  asset('inter-regular.otf'),
  asset('inter-semibold.otf'),
];

/** The page's own scripts, in the order in which they run, after Vega's. */
export const PAGE_SCRIPTS = ['theme.js', 'tables.js', 'tooltip.js', 'figures.js'] as const;

/** What every page has in its folder `assets`: name there, and place here. */
const PAGE_ASSETS: Readonly<Record<string, URL>> = {
  'page.css': asset('page.css'),
  ...Object.fromEntries(PAGE_SCRIPTS.map((name) => [name, asset(name)])),
  'inter-regular.otf': FONT_FILES[0],
  'inter-semibold.otf': FONT_FILES[1],
  'inter-LICENSE.txt': asset('inter-LICENSE.txt'),
  // Both packages hold a build for browsers beside the module that Node is given.
  'vega.min.js': new URL('vega.min.js', import.meta.resolve('vega')),
  'vega-LICENSE.txt': new URL('../LICENSE', import.meta.resolve('vega')),
  'vega-lite.min.js': new URL('vega-lite.min.js', import.meta.resolve('vega-lite')),
  'vega-lite-LICENSE.txt': new URL('../LICENSE', import.meta.resolve('vega-lite')),
};

/** The files of a page's folder `assets`. */
export async function* pageAssets(): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
  for (const [name, url] of Object.entries(PAGE_ASSETS)) yield { name, bytes: await readFile(url) };
}
