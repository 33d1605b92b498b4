import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FONT_FILES } from '../../dist/pages/assets.js';
import { writePage } from '../../dist/pages/index.js';
import { textWidths } from '../../dist/pages/text-width.js';
import { temporaryFolder } from '../support/folder.js';
import { fixturePage, HOSTILE } from './fixture-page.js';

const CHROMIUM = '/usr/bin/chromium';
const FIGURES = 8;

describe.skipIf(!existsSync(CHROMIUM))(`in a browser (skipped without ${CHROMIUM})`, () => {
  let root: Awaited<ReturnType<typeof temporaryFolder>>;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    root = await temporaryFolder();
    const folder = join(root.path, 'page with a space & more');
    await writePage(folder, await fixturePage());
    address = pathToFileURL(join(folder, 'index.html')).href;
    browser = await chromium.launch({
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
  });
  afterAll(async () => {
    await browser.close();
    await root.remove();
  });

  /** Opens the page and gathers what it says and asks for. */
  async function open(options: BrowserContextOptions = {}) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => said.push(`dialog ${dialog.message()}`));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(address);
    return { page, said, asked, close: () => context.close() };
  }

  const drawn = (page: Page) => page.waitForSelector('html[data-figures=drawn]');

  /** Hovers once the page stands still: scrolling hides what is shown. */
  async function hover(mark: Locator) {
    await mark.scrollIntoViewIfNeeded();
    await mark.page().evaluate('new Promise((done) => setTimeout(done, 100))');
    await mark.hover();
  }

  /** For each figure the number of marks it drew. */
  const marks = (page: Page) =>
    page.$$eval('[data-figure]', (plots) =>
      plots.map((plot) => plot.querySelectorAll('svg [class*=role-mark] path').length),
    );

  test.each<[string, BrowserContextOptions]>([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true }],
  ])('%s: draws every figure, says nothing, asks the network for nothing', async (_, options) => {
    const { page, said, asked, close } = await open(options);
    await drawn(page);
    const counts = await marks(page);
    expect(counts).toHaveLength(FIGURES);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(await page.locator('.plot .still').count()).toBe(0);
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([]);
    // Nothing but a figure of hostile words is wider than the page.
    const wide = await page.$$eval('[data-figure]', (plots) =>
      plots.filter((p) => p.scrollWidth > p.clientWidth).map((p) => p.getAttribute('data-figure')),
    );
    expect(wide.filter((name) => name !== 'hostile')).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await close();
  });

  test('hostile words are words', async () => {
    const { page, said, close } = await open();
    await drawn(page);
    await hover(page.locator('[data-figure=hostile] .mark-symbol.role-mark path').first());
    expect(await page.locator('#tooltip dd').first().textContent()).toBe(HOSTILE);
    // Its rows point outside the page: no picture is shown.
    expect(await page.locator('#tooltip img').count()).toBe(0);
    expect(await page.locator('#hostile > h2').textContent()).toBe(HOSTILE);
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(said).toEqual([]);
    await close();
  });

  test('what got past all escapes would still reach no network', async () => {
    const { page, said, close } = await open();
    await page.evaluate(`
      document.body.append(Object.assign(new Image(), { src: 'https://example.org/a.png' }));
      fetch('https://example.org/b').catch(() => undefined)`);
    for (const name of ['a.png', 'b'])
      await expect
        .poll(() => said.filter((text) => text.includes('Content Security Policy')).join())
        .toContain(`https://example.org/${name}'`);
    await close();
  });

  test.each([false, true])('a dot shows its tile, touch %s', async (touch) => {
    const { page, close } = await open({ hasTouch: touch });
    await drawn(page);
    const dot = page.locator('[data-figure=scatter] .mark-symbol.role-mark path').first();
    await hover(dot);
    const { x = 0, y = 0, width = 0, height = 0 } = (await dot.boundingBox()) ?? {};
    if (touch) {
      await page.keyboard.press('Escape');
      // A finger is not exact.
      await page.touchscreen.tap(x + width / 2, y + height + 6);
    }
    const tooltip = page.locator('#tooltip');
    const name = await tooltip.locator('dd').first().textContent();
    const image = tooltip.locator('img');
    expect(await image.getAttribute('src')).toBe(`pictures/${name}.jpg`);
    const loadedWidth = () => page.evaluate("document.querySelector('#tooltip img').naturalWidth");
    await expect.poll(loadedWidth).toBe(96);
    await page.keyboard.press('Escape');
    expect(await tooltip.isHidden()).toBe(true);
    await close();
  });

  test('the button turns page and figures dark, and is remembered', async () => {
    const { page, close } = await open();
    await drawn(page);
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const title = () =>
      page.$eval('[data-figure=tiles] .role-axis-title text', (text) => text.getAttribute('fill'));
    const [lightGround, lightTitle] = [await ground(), await title()];
    await page.getByRole('button', { name: 'Dark page' }).click();
    await expect.poll(title).not.toBe(lightTitle);
    const dark = await ground();
    expect(dark).not.toBe(lightGround);
    await page.reload();
    expect(await ground()).toBe(dark);
    await page.getByRole('button', { name: 'Light page' }).click();
    expect(await ground()).toBe(lightGround);
    await close();
  });

  test('a heading sorts its table, what has no value last', async () => {
    const { page, close } = await open();
    const cells = () => page.locator('#table-groups tbody td:nth-child(3)').allTextContents();
    const heading = page.getByRole('button', { name: 'share of vessel (%)' });
    await heading.click();
    expect(await cells()).toEqual(['4.5', '12.3', '–']);
    await heading.click();
    expect(await cells()).toEqual(['12.3', '4.5', '–']);
    await close();
  });

  test('without scripts the figures are pictures', async () => {
    const { page, said, close } = await open({ javaScriptEnabled: false });
    const stills = await page.locator('.plot .still').all();
    expect(stills).toHaveLength(FIGURES);
    for (const still of stills) {
      await still.scrollIntoViewIfNeeded();
      const { height = 0 } = (await still.boundingBox()) ?? {};
      expect(height).toBeGreaterThan(80);
    }
    expect(await page.locator('#theme').isHidden()).toBe(true);
    expect(said).toEqual([]);
    await close();
  });

  test('texts are as wide as the browser sets them in the same font', async () => {
    const { page, close } = await open();
    const texts = [
      'share of vessel (%)',
      '1,633 tiles',
      'IoU ≥ 0.5 ± σ²',
      'Ärger, Žofie, Москва',
      '–',
    ];
    const [regular, semibold] = FONT_FILES.map((url) => textWidths(readFileSync(url)));
    for (const [weight, width] of [
      ['400', regular],
      ['600', semibold],
    ] as const) {
      const measured =
        await page.evaluate(`document.fonts.load('${weight} 100px Inter').then(() => {
        const context = document.createElement('canvas').getContext('2d');
        context.font = '${weight} 100px Inter';
        return ${JSON.stringify(texts)}.map((text) => context.measureText(text).width);
      })`);
      for (const [index, text] of texts.entries())
        expect(100 * width(text), text).toBeCloseTo((measured as number[])[index], 0);
    }
    await close();
  });
});
