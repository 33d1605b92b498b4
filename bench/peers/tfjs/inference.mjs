// Times an inference of the notebook's U-Net in TensorFlow.js (WebAssembly, SIMD) on this machine.
//
//   npm ci --prefix bench/peers/tfjs
//   node bench/peers/tfjs/inference.mjs --base 16 --kernel 5 --size 256 --batch 4 --runs 5 --threads 2
//
// In a page of headless Chromium with cross-origin isolation: on Node its WebAssembly has one thread.
// Parameters and image are those of this project's own network. Prints one line of JSON, as
// bench/network.mjs does; with `--check`, how far its probabilities lie from this project's, and their range.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { foldBatchNormalization } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { buildModel, initialParameters, notebookSpecs, sizedInferenceGraph } from '@vascula/core';
import { chromium } from 'playwright-core';

const sizes = ['base', 'kernel', 'size', 'batch', 'runs', 'threads'];
const { values } = parseArgs({
  options: {
    ...Object.fromEntries(sizes.map((name) => [name, { type: 'string' }])),
    check: { type: 'boolean', default: false },
  },
});
const [base, kernel, size, batch, runs, threads] = sizes.map((name) => Number(values[name]));
const extent = { batch, height: size, width: size };
const shape = [batch, 3, size, size];
const model = buildModel({ ...notebookSpecs.unet, base, kernel }, extent, initialParameters(1));
const { layout, numbers } = parameters(foldBatchNormalization(model.graph));

const files = new URL('node_modules/@tensorflow/', import.meta.url);
const pages = {
  '/': [
    'text/html',
    '<script src="core.js"></script><script src="wasm.js"></script><script src="unet.js"></script>',
  ],
  '/unet.js': ['text/javascript', await readFile(new URL('unet.js', import.meta.url))],
  '/core.js': ['text/javascript', await packaged('tfjs-core/dist/tf-core.min.js')],
  '/wasm.js': ['text/javascript', await packaged('tfjs-backend-wasm/dist/tf-backend-wasm.min.js')],
  '/parameters': ['application/octet-stream', new Uint8Array(numbers.buffer)],
};
for (const kind of ['', '-simd', '-threaded-simd']) {
  const name = `tfjs-backend-wasm${kind}.wasm`;
  pages[`/${name}`] = ['application/wasm', await packaged(`tfjs-backend-wasm/dist/${name}`)];
}
const server = createServer(({ url }, response) => {
  const [type, body] = pages[url] ?? [];
  response.writeHead(body ? 200 : 404, {
    'Content-Type': type ?? 'text/plain',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  response.end(body);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage();
  // It takes half of the processor's cores at most; two threads on two cores are what the others have.
  await page.addInitScript(
    `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${2 * threads} })`,
  );
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const options = { layout, depth: model.spec.depth, image: { shape }, runs, threads };
  const found = await page.evaluate(`measure(${JSON.stringify(options)})`);
  if (!found.threaded || found.threads !== threads)
    throw new Error(`TensorFlow.js runs on ${found.threads} threads, not ${threads}`);
  const version = `TensorFlow.js ${found.version}, wasm${found.simd ? ' SIMD' : ''}, ${browser.version()}`;
  console.log(
    JSON.stringify(
      values.check
        ? {
            maxDifference: await difference(found.probability),
            range: [Math.min, Math.max].map((most) =>
              found.probability.reduce((a, b) => most(a, b)),
            ),
          }
        : { seconds: found.seconds, version },
    ),
  );
} finally {
  await browser.close();
  server.close();
}

function packaged(path) {
  return readFile(new URL(path, files));
}

/** Every parameter by `LAYER/weight` and `LAYER/bias`, as one vector with their places. */
function parameters({ nodes, initialisers }) {
  const parts = nodes
    .filter(({ operator }) => operator.startsWith('Conv'))
    .flatMap(({ name, inputs }) =>
      ['weight', 'bias'].map((part, i) => [`${name}/${part}`, initialisers.get(inputs[i + 1])]),
    );
  const layout = [];
  let offset = 0;
  for (const [name, { shape, data }] of parts) {
    layout.push({ name, shape, offset });
    offset += data.length;
  }
  const numbers = new Float32Array(offset);
  for (const [i, [, { data }]] of parts.entries()) numbers.set(data, layout[i].offset);
  return { layout, numbers };
}

/** Largest difference of a probability from that of this project's engine. */
async function difference(probability) {
  const runtime = await createNodeRuntime({ threads });
  try {
    const program = await runtime.load(sizedInferenceGraph(model, extent, runtime.target));
    const data = Float32Array.from({ length: batch * 3 * size * size }, (_, i) => (i * 7919) % 256);
    const { probability: ours } = await program.run({ image: { type: 'float32', shape, data } });
    return ours.data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - probability[i])),
      0,
    );
  } finally {
    await runtime.close();
  }
}
