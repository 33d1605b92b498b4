import type { Figure } from '@vascula/core';
import type { Block, Picture } from './block.js';
import { type Html, html } from './html.js';
import { picturePath } from './picture-path.js';
import { tableHtml } from './table-html.js';

/** Width and height of a drawn figure, px. */
export interface FigureSize {
  readonly width: number;
  readonly height: number;
}

/** A block as HTML. `sizeOf` knows the size of each drawn figure, so that nothing moves as they load. */
export function blockHtml(block: Block, sizeOf: (figure: Figure) => FigureSize): Html {
  switch (block.kind) {
    case 'figure':
      return figureHtml(block.figure, sizeOf(block.figure));
    case 'table':
      return tableHtml(block);
    case 'pictures':
      return picturesHtml(block);
    case 'text':
      return html`${block.paragraphs.map((text) => html`<p>${text}</p>\n`)}`;
    case 'notice':
      return html`<p class="notice ${block.level}" role="note"><strong>${
        block.level === 'warning' ? 'Warning' : 'Note'
      }</strong> ${block.text}</p>\n`;
    case 'facts':
      return html`<dl class="facts">\n${block.items.map(
        ({ label, value }) => html`<div><dt>${label}</dt><dd>${value ?? '–'}</dd></div>\n`,
      )}</dl>\n`;
  }
}

function figureHtml({ name, title, caption }: Figure, { width, height }: FigureSize): Html {
  const file = `figures/${name}`;
  return html`<figure class="card" id="figure-${name}">
<figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
<div class="plot" data-figure="${name}" tabindex="0" role="group" aria-label="${title}">
<img class="still" src="${file}.svg" width="${width}" height="${height}" alt="${title}. ${caption}">
</div>
<p class="files">Save as <a href="${file}.svg" download>SVG</a> <a href="${file}.png" download>PNG</a>
<a href="${file}.json" download>Vega-Lite</a></p>
</figure>
`;
}

function picturesHtml(block: Extract<Block, { kind: 'pictures' }>): Html {
  // Several panels in a row, as a tile beside its mask: too small in the columns of a gallery.
  const wide = block.pictures.some(({ width, height }) => width >= 1.8 * height);
  return html`<section class="card" id="pictures-${block.name}">
<h3>${block.title}</h3><p>${block.caption}</p>
<ul class="pictures${wide ? ' wide' : ''}">
${block.pictures.map(pictureHtml)}</ul>
</section>
`;
}

function pictureHtml(picture: Picture): Html {
  const path = picturePath(picture);
  const { width, height, alt, label } = picture;
  return html`<li><figure><a href="${path}"><img src="${path}" width="${width}" height="${height}"
 alt="${alt}" loading="lazy"></a><figcaption>${label}</figcaption></figure></li>\n`;
}
