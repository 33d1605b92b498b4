import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderAsync } from '@resvg/resvg-js';
import type { Figure } from '@vascula/core';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { FONT_FILES } from './assets.js';
import { textWidths } from './text-width.js';
import { LIGHT, vegaConfig } from './theme.js';

/** Dots of the PNG for one of the SVG: sharp in print and on screens of double density. */
const PNG_SCALE = 2;

/**
 * The figure with its title and the looks of the light page: complete by itself, for a file that goes
 * its own way and can be opened in any Vega-Lite editor.
 */
export function standaloneSpec(figure: Figure): TopLevelSpec {
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: figure.caption,
    title: { text: figure.title, fontSize: 15, offset: 14 },
    ...figure.spec,
    config: vegaConfig(LIGHT),
  };
  return JSON.parse(JSON.stringify(spec));
}

/**
 * Draws the figure as SVG, without a DOM, with texts measured in the page's own font.
 *
 * @throws Error where the specification cannot be drawn, or asks for anything outside itself.
 */
export async function figureSvg(figure: Figure): Promise<string> {
  measureWithPageFont();
  const errors: unknown[] = [];
  const logger = errorsInto(errors);
  try {
    const { spec } = compile(standaloneSpec(figure), { logger });
    const view = new vega.View(vega.parse(spec), {
      renderer: 'none',
      logger,
      loader: sealed(errors),
    });
    const svg = await view.toSVG();
    view.finalize();
    // Vega logs what its dataflow throws, and draws what is left.
    if (errors.length > 0) throw errors[0];
    return rounded(svg);
  } catch (error) {
    throw new Error(`figure ${figure.name} cannot be drawn: ${String(error)}`, { cause: error });
  }
}

/** Paths and places in hundredths of a pixel: Vega's sixteen digits make two thirds of the file. */
function rounded(svg: string): string {
  return svg.replace(/ (?:d|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(+Number(number).toFixed(2))),
  );
}

/** The SVG of `figureSvg` as PNG, with the page's own fonts and none of the system's. */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: PNG_SCALE },
    font: {
      loadSystemFonts: false,
      fontFiles: FONT_FILES.map((url) => fileURLToPath(url)),
      defaultFontFamily: 'Inter',
      sansSerifFamily: 'Inter',
    },
  });
  return image.asPng();
}

/** Width and height that an SVG of `figureSvg` states, px. */
export function svgSize(svg: string): { readonly width: number; readonly height: number } {
  const size = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg);
  if (size === null) throw new RangeError(`svgSize: no size in ${svg.slice(0, 80)}`);
  return { width: Number(size[1]), height: Number(size[2]) };
}

/** A loader that loads nothing. Vega takes a failed load for a warning, so it is noted here. */
function sealed(errors: unknown[]): vega.Loader {
  const refuse = async (uri: string): Promise<never> => {
    const error = new Error(`it may not load ${uri}`);
    errors.push(error);
    throw error;
  };
  return { load: refuse, sanitize: refuse, http: refuse, file: refuse };
}

function errorsInto(errors: unknown[]): vega.LoggerInterface {
  const logger: vega.LoggerInterface = {
    level: ((level?: number) =>
      level === undefined ? vega.None : logger) as vega.LoggerInterface['level'],
    error: (...args: readonly unknown[]) => {
      errors.push(args[0]);
      return logger;
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

/** Of Vega, though its types leave it out. */
const { textMetrics } = vega as unknown as {
  textMetrics: {
    width(
      item: { fontSize?: number; fontWeight?: string | number; limit?: number },
      text: unknown,
    ): number;
  };
};

let measured = false;

/**
 * Without a canvas Vega takes every letter for 0.8 of the font's size, twice too wide, and cuts labels
 * that fit. `textMetrics.width` is the hook it offers for a better measure.
 */
function measureWithPageFont(): void {
  if (measured) return;
  const [regular, semibold] = FONT_FILES.map((url) => textWidths(readFileSync(url)));
  textMetrics.width = (item, text) => {
    const size = item.fontSize ?? 11;
    const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600;
    const width = size * (bold ? semibold : regular)(String(text ?? '').trim());
    return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width;
  };
  measured = true;
}
