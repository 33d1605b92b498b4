import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Table } from '@vascula/core';
import { type Browser, chromium } from 'playwright-core';
import type { Page } from '../../dist/pages/index.js';

export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

/** What is seen of a page in Chromium: marks drawn by figure, and all that should not be there. */
export async function look(folder: string) {
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('request', (request) => asked.push(request.url()));
    page.on('requestfailed', (request) => said.push(`failed: ${request.url()}`));
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await page.waitForSelector('html[data-figures=drawn]');
    const marks: [string, number][] = await page.$$eval('[data-figure]', (plots) =>
      plots.map((plot) => [
        plot.getAttribute('data-figure') ?? '',
        plot.querySelectorAll('svg [class*=role-mark] path').length,
      ]),
    );
    // Pictures are asked for only where they are seen.
    const pictures = await page.evaluate<number>(`(async () => {
      const images = [...document.querySelectorAll('.pictures img')];
      for (const image of images) image.loading = 'eager';
      await Promise.all(images.map((image) => image.decode()));
      return images.filter((image) => image.naturalWidth > 0).length;
    })()`);
    const text = await page.innerText('body');
    /** Widths of a page, a phone's among them, at which something is wider than the page. */
    const isTooWide: number[] = [];
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 800 });
      await page.waitForFunction(`innerWidth === ${width}`);
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
        isTooWide.push(width);
    }
    return {
      marks: Object.fromEntries(marks),
      pictures,
      said,
      asked: asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')),
      isTooWide,
      text,
    };
  } finally {
    await browser.close();
  }
}

/** All that a page says in words: titles, captions, notices, cells. */
export function wordsOf(page: Page): string {
  return JSON.stringify([page.title, page.subtitle, page.sections], (key, value) =>
    // Bytes of pictures, and data of figures, are no words.
    key === 'spec' || value instanceof Uint8Array ? undefined : value,
  );
}

export function figureNames({ sections }: Page): string[] {
  const blocks = sections.flatMap((section) => section.blocks);
  return blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure.name] : [])).sort();
}

export function tableOf({ sections }: Page, name: string): Table {
  const blocks = sections.flatMap((section) => section.blocks);
  const found = blocks.find((block) => block.kind === 'table' && block.name === name);
  if (found?.kind !== 'table') throw new Error(`no table ${name}`);
  return found.table;
}
