import type { Figure } from '@vascula/core';
import { PAGE_SCRIPTS } from './assets.js';
import type { Page } from './block.js';
import { blockHtml, type FigureSize } from './block-html.js';
import { Html, html } from './html.js';
import { cssProperties, DARK, LIGHT, vegaConfig } from './theme.js';

/**
 * What the page may do, whatever a text in it tries: nothing from the network, no code but the files
 * beside it. Vega compiles its expressions, hence `unsafe-eval`. `file:` is the page opened from disk.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' file: 'unsafe-eval'",
  "style-src 'self' file: 'unsafe-inline'",
  "font-src 'self' file:",
  "img-src 'self' file: data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * The page itself. It needs `figures/`, `tables/`, `pictures/` and `assets/` beside it, and neither a
 * server nor the network. The specifications are part of it, for a page opened from disk may not read
 * other files by script.
 */
export function pageHtml(page: Page, sizeOf: (figure: Figure) => FigureSize): string {
  const figures = page.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : [])),
  );
  const specs = Object.fromEntries(figures.map((figure) => [figure.name, figure.spec]));
  const configs = { light: vegaConfig(LIGHT), dark: vegaConfig(DARK) };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<style>${THEMES}</style>
<link rel="stylesheet" href="assets/page.css">
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<h1>${page.title}</h1>
<p>${page.subtitle}</p>
<button type="button" id="theme" hidden>Dark</button>
</header>
<nav aria-label="Sections"><ul>
${page.sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
<main id="content">
${page.sections.map(
  ({ id, title, blocks }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${blocks.map((block) => blockHtml(block, sizeOf))}</section>
`,
)}</main>
<footer><p>All numbers of this page: <a href="data.json" download>data.json</a></p></footer>
<div id="tooltip" role="status" hidden></div>
<script type="application/json" id="specs">${Html.json({ specs, configs })}</script>
<script src="assets/vega.min.js"></script>
<script src="assets/vega-lite.min.js"></script>
${PAGE_SCRIPTS.map((name) => html`<script src="assets/${name}"></script>\n`)}</body>
</html>
`.markup;
}

/** The system's choice holds until the reader makes one, which the script puts on the root element. */
const THEMES = html`:root{color-scheme:light;${cssProperties(LIGHT)}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${cssProperties(DARK)}}}
:root[data-theme=dark]{color-scheme:dark;${cssProperties(DARK)}}`;
