import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build, createServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
const [example, viteConfig] = [...readme.matchAll(/```js\n(.*?)```/gs)].map(
  ([, code]) => code as string,
) as [string, string];

/** Step and loss of each line that the example prints. */
const losses = (lines: readonly string[]) => lines.map((line) => line.split(' ').map(Number));
let onNode: number[][];

beforeAll(() => {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', example], {
    cwd: packageFolder,
    encoding: 'utf8',
  });
  onNode = losses(stdout.trim().split('\n'));
});

test('the example trains on Node', () => {
  expect(onNode.map(([step]) => step)).toEqual([50, 100]);
  const [[, first], [, last]] = onNode as [[number, number], [number, number]];
  expect(last).toBeLessThan(first);
});

describe.skipIf(!existsSync(CHROMIUM))(`in a browser (skipped without ${CHROMIUM})`, () => {
  let folder: string;
  let browser: Browser;

  /** A project of its own that has the package as npm installs it, not as a link into a workspace. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autograd-readme-'));
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, '@vascula'), { recursive: true });
    for (const part of ['dist', 'package.json'])
      await cp(join(packageFolder, part), join(modules, '@vascula/autograd', part), {
        recursive: true,
      });
    const installed = dirname(dirname(fileURLToPath(import.meta.resolve('vite/package.json'))));
    for (const name of ['onnxruntime-web', 'onnxruntime-common', 'onnx-buf', '@bufbuild'])
      await symlink(join(installed, name), join(modules, name));
    await writeFile(join(folder, 'vite.config.js'), viteConfig);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(folder, 'index.html'),
      '<link rel="icon" href="data:,"><script type="module" src="main.js"></script>',
    );
    await writeFile(
      join(folder, 'main.js'),
      example
        .replace('@vascula/autograd/node', '@vascula/autograd/web')
        .replaceAll('createNodeRuntime', 'createWebRuntime'),
    );
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const site = () => ({ root: folder, logLevel: 'error' as const });

  test.each([
    [
      'built',
      async () => {
        await build(site());
        return preview({ ...site(), preview: { host: '127.0.0.1' } });
      },
    ],
    [
      'on the development server',
      async () => {
        // Links lead out of the folder.
        const server = { host: '127.0.0.1', fs: { strict: false } };
        return (await createServer({ ...site(), server })).listen();
      },
    ],
  ])('the example trains in a page, %s, with the configuration beside it', async (_, start) => {
    const server = await start();
    try {
      const page = await browser.newPage();
      const said: string[] = [];
      page.on('console', (message) => {
        if (message.type() !== 'debug') said.push(message.text());
      });
      page.on('pageerror', (error) => said.push(String(error)));
      await page.goto(server.resolvedUrls?.local[0] as string);
      await expect.poll(() => said, { timeout: 20_000 }).toHaveLength(2);
      expect(await page.evaluate('crossOriginIsolated')).toBe(true);
      for (const [i, [step, loss]] of losses(said).entries()) {
        expect(step).toBe(onNode[i]?.[0]);
        expect(loss).toBeCloseTo(onNode[i]?.[1] as number, 5);
      }
      await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    } finally {
      await server.close();
    }
  });
});
