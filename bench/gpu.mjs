// Times training steps of the notebook's networks on this machine's graphics card, against PyTorch on the
// same card, and says what an epoch of 1306 tiles would take.
//
//   npm run bench:gpu                                     512 x 512, batches of 4, full size
//   node bench/gpu.mjs --size 64 --base 4 --runs 2 --devices cpu --torch cpu     a smoke test without a card
//
// One line of progress on stderr for each step of the work, a table on stdout; --json for the numbers.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createNodeRuntime, probeDevice } from '@vascula/autograd/node';
import { initialParameters, notebookSpecs, Trainer } from '@vascula/core';

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'unet,fcn' },
    devices: { type: 'string', default: 'webgpu,cuda' },
    torch: { type: 'string', default: 'cuda' },
    python: { type: 'string', default: 'python3' },
    size: { type: 'string', default: '512' },
    batch: { type: 'string', default: '4' },
    base: { type: 'string' },
    runs: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const tiles = 1306;
/** Seconds of an epoch on the notebook's card, at full size. */
const notebook = { unet: 210, fcn: 100 };
const [size, batch, runs] = [values.size, values.batch, values.runs].map(Number);
const steps = Math.ceil(tiles / batch);
const results = [];

for (const net of values.nets.split(',')) {
  const notebookSpec = notebookSpecs[net];
  const spec = { ...notebookSpec, base: Number(values.base ?? notebookSpec.base) };
  await attempt(net, `PyTorch on ${values.torch}`, () => torch(spec));
  for (const device of values.devices.split(',')) {
    const report = await probeDevice(device);
    if (report.usable) await attempt(net, `Vascula on ${device}`, () => vascula(spec, device));
    else console.error(`${net}, Vascula on ${device}: ${report.why}. ${report.help}`);
  }
}
console.log(values.json ? JSON.stringify(results) : table());

async function attempt(net, engine, measure) {
  console.error(`${net}, ${engine} …`);
  try {
    const { seconds, version } = await measure();
    const step = [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)];
    results.push({ net, engine, version, seconds, step, epoch: step * steps });
  } catch (error) {
    console.error(`${net}, ${engine}: ${error.message.split('\n').slice(-4).join(' ').trim()}`);
  }
}

async function vascula(spec, device) {
  const runtime = await createNodeRuntime({ device });
  try {
    const trainer = await Trainer.create({
      runtime,
      spec,
      recipe: { seed: 1, batch, microBatch: batch, crop: size, negativeWeight: 3 },
      tileSize: { width: size, height: size },
      parameters: initialParameters(1),
    });
    const area = size * size;
    const image = Float32Array.from({ length: batch * 3 * area }, (_, i) => (i * 7919) % 256);
    const mask = Float32Array.from({ length: batch * area }, (_, i) => (i % 20 === 0 ? 1 : 0));
    const seconds = [];
    // The first two compile shaders, choose algorithms and fill the memory pool.
    for (let i = 0; i < runs + 2; i++) {
      const start = performance.now();
      const loss = await trainer.step({ image, mask, size }, i + 1, 2e-4);
      if (!Number.isFinite(loss)) throw new Error(`the loss of step ${i + 1} is ${loss}`);
      if (i >= 2) seconds.push((performance.now() - start) / 1000);
    }
    return { seconds, version: `ONNX Runtime, ${device}` };
  } finally {
    await runtime.close();
  }
}

function torch({ architecture, base, kernel }) {
  const script = fileURLToPath(new URL('peers/torch_gpu.py', import.meta.url));
  const options = { net: architecture, device: values.torch, base, kernel, size, batch, runs };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const stdio = ['ignore', 'pipe', 'pipe'];
  return JSON.parse(execFileSync(values.python, [script, ...args], { encoding: 'utf8', stdio }));
}

function table() {
  const peers = new Map(
    results.filter(({ engine }) => engine.startsWith('PyTorch')).map((r) => [r.net, r.step]),
  );
  const full = size === 512 && values.base === undefined;
  const rows = results.map(({ net, engine, step, epoch }) => [
    net,
    engine,
    step.toFixed(3),
    epoch.toFixed(0),
    full ? (epoch / notebook[net]).toFixed(2) : '-',
    peers.has(net) ? (step / peers.get(net)).toFixed(2) : '-',
  ]);
  const head = ['net', 'engine', 's/step', `s/epoch of ${tiles}`, 'of notebook', 'of PyTorch'];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
