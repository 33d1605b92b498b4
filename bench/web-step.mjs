// Times a training step of the notebook's U-Net in a page of headless Chromium (WebAssembly), against
// Node's engine on the same machine.
//
//   node bench/web-step.mjs --base 16 --kernel 5 --size 256 --batch 4 --threads 2 --runs 5
//
// Prints one line of JSON: median seconds of a step in each, their ratio, each one's last loss.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createNodeRuntime } from '@vascula/autograd/node';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { stepSeconds } from './web-step-work.mjs';

const defaults = { base: '16', kernel: '5', size: '256', batch: '4', threads: '2', runs: '5' };
const { values } = parseArgs({
  options: Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }]),
  ),
});
const options = Object.fromEntries(Object.entries(values).map(([name, v]) => [name, Number(v)]));

const node = await onNode();
const page = await inPage();
const median = ({ seconds }) => seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)];
console.log(
  JSON.stringify({
    node: { median: median(node), ...node },
    page: { median: median(page), ...page },
    ratio: median(page) / median(node),
  }),
);

async function onNode() {
  const runtime = await createNodeRuntime({ threads: options.threads });
  try {
    return await stepSeconds(runtime, options);
  } finally {
    await runtime.close();
  }
}

async function inPage() {
  const outDir = await mkdtemp(join(tmpdir(), 'web-step-'));
  const settings = {
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    appType: 'mpa',
  };
  await build({
    ...settings,
    build: {
      outDir,
      rolldownOptions: {
        input: fileURLToPath(new URL('web-step-work.mjs', import.meta.url)),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'work.js' },
      },
    },
  });
  const server = await preview({
    ...settings,
    build: { outDir },
    preview: {
      host: '127.0.0.1',
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
  });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.resolvedUrls.local[0]}work.js`);
    return await page.evaluate(
      `import('/work.js').then((work) => work.stepSecondsInPage(${JSON.stringify(options)}))`,
    );
  } finally {
    await browser.close();
    await server.close();
    await rm(outDir, { recursive: true });
  }
}
