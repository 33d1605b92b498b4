import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNodeRuntime } from '@vascula/autograd/node';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildSite, isolation, type Server, serveSite } from './web/site.js';
import { type Training, train } from './web/small-step.js';

const CHROMIUM = '/usr/bin/chromium';
const resolved = (name: string) => fileURLToPath(import.meta.resolve(name));

describe.skipIf(!existsSync(CHROMIUM))(`in a browser (skipped without ${CHROMIUM})`, () => {
  let folder: string;
  let isolated: Server;
  let plain: Server;
  let browser: Browser;
  let page: Page;
  let said: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autograd-web-'));
    const root = fileURLToPath(new URL('web/site', import.meta.url));
    await buildSite(root, folder, {
      build: {
        rolldownOptions: {
          input: [join(root, 'index.html'), resolved('@vascula/autograd/web/worker')],
          output: { entryFileNames: '[name].js' },
        },
      },
    });
    const ort = dirname(resolved('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
    for (const kind of ['mjs', 'wasm'])
      await cp(
        join(ort, `ort-wasm-simd-threaded.${kind}`),
        join(folder, `ort/ort-wasm-simd-threaded.${kind}`),
      );
    isolated = await serveSite(folder, isolation);
    plain = await serveSite(folder, {});
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await isolated?.close();
    await plain?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage();
    said = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
  });
  afterEach(() => page.close());

  /** What the body of an async function gives in a page; `runtime` is there for it. */
  async function inPage<T>(
    server: Server,
    body: string,
    options: Record<string, unknown> = { threads: 2 },
  ): Promise<T> {
    await page.goto(server.address);
    return page.evaluate(`(async () => {
      const { float32, scalar, GraphBuilder } = autograd;
      const runtime = await createWebRuntime(${JSON.stringify(options)});
      ${body}
    })()`);
  }

  /** Source of what turns a rejection into its words. */
  const words = `catch((error) => error.name + ': ' + error.message)`;
  /** Source of a function that makes a graph: next/x = x + step; y = x before the addition. */
  const counter = `() => {
    const g = new GraphBuilder('counter');
    const x = g.input('x', 'float32', [2]);
    g.output(g.apply('Add', [x, g.input('step', 'float32', [])]), 'next/x');
    g.output(g.apply('Identity', [x]), 'y');
    return g.build();
  }`;

  describe('a small U-Net trains as on Node', () => {
    const work = [
      [
        'one step of plain descent at rate 1, so that the weights moved by their gradients',
        { optimiser: 'sgd', steps: 1, rate: 1 },
      ],
      ['one step of Adam', { optimiser: 'adam', steps: 1, rate: 2e-4 }],
      ['five steps of Adam', { optimiser: 'adam', steps: 5, rate: 2e-4 }],
    ] as const;
    const expected = new Map<object, Training>();
    beforeAll(async () => {
      const runtime = await createNodeRuntime({ threads: 2 });
      for (const [, options] of work) expected.set(options, await train(runtime, options));
      await runtime.close();
    });

    test.each(work)('%s', async (_, options) => {
      const { losses, state } = expected.get(options) as Training;
      for (const [server, threads] of [
        [isolated, 2],
        [plain, 1],
      ] as const) {
        const found = await inPage<Training & { threads: number }>(
          server,
          `return { ...await train(runtime, ${JSON.stringify(options)}), threads: runtime.threads };`,
        );
        expect(found.threads).toBe(threads);
        expect(relativeDifference(found.losses, losses)).toBeLessThan(1e-5);
        expect(Object.keys(found.state)).toEqual(Object.keys(state));
        for (const [name, values] of Object.entries(state))
          expect(relativeDifference(found.state[name] ?? [], values), name).toBeLessThan(1e-5);
        // Nothing but the result: not even a word on the console.
        expect(said).toEqual([]);
      }
    });
  });

  test.each([
    ['an isolated page has the threads it asks for', true, { threads: 2 }, 2, undefined],
    [
      'without isolation there is one, and a word why',
      false,
      { threads: 2 },
      1,
      /Cross-Origin-Opener-Policy/,
    ],
    ['one thread needs no isolation', false, { threads: 1 }, 1, undefined],
  ])('%s', async (_, isolation, options, threads, notice) => {
    const found = await inPage<{ threads: number; notice?: string }>(
      isolation ? isolated : plain,
      'return { threads: runtime.threads, notice: runtime.notice }',
      options,
    );
    expect(found.threads).toBe(threads);
    if (notice) expect(found.notice).toMatch(notice);
    else expect(found.notice).toBeUndefined();
    // The engine's worker, and one for each further thread.
    expect(page.workers()).toHaveLength(threads);
  });

  test('without a number there are as many threads as the machine has', async () => {
    const [threads, cores] = await inPage<[number, number]>(
      isolated,
      'return [runtime.threads, navigator.hardwareConcurrency]',
      {},
    );
    expect(threads).toBe(cores);
  });

  test('state that a run writes is what the next reads, in the order asked, without waiting', async () => {
    const { outputs, read, after } = await inPage<Record<string, number[][]>>(
      isolated,
      `const program = await runtime.load((${counter})());
       await runtime.writeState({ x: float32([2], [0, 10]) });
       const runs = Array.from({ length: 20 }, () => program.run({ step: scalar(1) }));
       const read = runtime.readState(['x']);
       runtime.writeState({ x: float32([2], [-1, -2]) });
       const after = await program.run({ step: scalar(1) });
       return {
         outputs: (await Promise.all(runs)).map(({ y }) => [...y.data]),
         read: [[...(await read).x.data]],
         after: [[...after.y.data]],
       }`,
    );
    expect(outputs).toEqual(Array.from({ length: 20 }, (_, i) => [i, 10 + i]));
    expect([read, after]).toEqual([[[20, 30]], [[-1, -2]]]);
  });

  test('a broken model rejects and says what is wrong; the runtime goes on', async () => {
    const { broken, unknown, y } = await inPage<Record<string, unknown>>(
      isolated,
      `const node = (operator) => ({
         name: 'graph', initialisers: new Map(),
         inputs: [{ name: 'x', type: 'float32', shape: [2] }],
         outputs: [{ name: 'y', type: 'float32', shape: [2] }],
         nodes: [{ name: 'the node', operator, domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
       });
       const broken = await runtime.load(node('NoSuchOperator')).${words};
       const program = await runtime.load(node('Identity'));
       const unknown = await program.run({ z: scalar(1) }).${words};
       const { y } = await program.run({ x: float32([2], [3, 4]) });
       return { broken, unknown, y: [...y.data] }`,
    );
    expect(broken).toMatch(/NoSuchOperator/);
    expect(unknown).toBe('Error: "z" is no input of the graph, which has "x"');
    expect(y).toEqual([3, 4]);
  });

  test('what WebAssembly cannot hold is refused before memory is taken', async () => {
    const { wide, many, fits } = await inPage<Record<string, unknown>>(
      isolated,
      `const chain = (size) => {
         const g = new GraphBuilder('chain');
         const x = g.input('x', 'float32', [size, size]);
         g.output(g.apply('ReduceSum', [g.apply('Mul', [g.apply('Exp', [x]), x])]), 'y');
         return g.build();
       };
       // Three of 1.56 GiB at a time.
       const wide = await runtime.load(chain(20480)).${words};
       const many = new GraphBuilder('many');
       const large = many.parameter('large', { type: 'float32', shape: [2 ** 31], data: { byteLength: 2 ** 33 } });
       many.output(many.apply('ReduceSum', [large]), 'y');
       return {
         wide,
         many: await runtime.load(many.build()).${words},
         fits: await runtime.load(chain(64)).then(() => 'loaded'),
       }`,
    );
    expect(wide).toMatch(/^GraphError: graph: a run needs about 4\.7 GiB .* 4 GiB: make the batch/);
    expect(many).toMatch(/needs about 8\.0 GiB/);
    expect(fits).toBe('loaded');
  });

  test('a run that fills the memory after all rejects with advice; the runtime goes on', async () => {
    const { full, small } = await inPage<Record<string, unknown>>(
      isolated,
      `// How large y becomes is known in the run only.
       const program = await runtime.load({
         name: 'open', initialisers: new Map(),
         inputs: [
           { name: 'x', type: 'float32', shape: [1] },
           { name: 'shape', type: 'int64', shape: [1] },
         ],
         outputs: [{ name: 'y', type: 'float32', shape: ['n'] }],
         nodes: [{ name: 'y', operator: 'Expand', domain: '', inputs: ['x', 'shape'], outputs: ['y'], attributes: {} }],
       });
       const run = (n) => program.run({ x: float32([1], [7]), shape: autograd.int64([n]) });
       return { full: await run(2 ** 30 - 2 ** 20).${words}, small: [...(await run(2)).y.data] }`,
    );
    expect(full).toMatch(/^Error: the 4 GiB of WebAssembly are full: make the batch/);
    expect(small).toEqual([7, 7]);
  });

  test('close carries out what was asked before, then ends worker and threads', async () => {
    const { last, later } = await inPage<Record<string, unknown>>(
      isolated,
      `const program = await runtime.load((${counter})());
       await runtime.writeState({ x: float32([2], [0, 1]) });
       const last = program.run({ step: scalar(1) });
       await Promise.all([runtime.close(), runtime.close()]);
       return { last: [...(await last).y.data], later: await runtime.readState(['x']).${words} }`,
    );
    expect(last).toEqual([0, 1]);
    expect(later).toBe('Error: the runtime is closed');
    // Chromium gives a worker whose threads sleep two seconds before it ends them.
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
  });

  describe('what cannot start rejects and leaves no worker', () => {
    const start = (options: object) => `createWebRuntime(${JSON.stringify(options)}).${words}`;
    test.each([
      [
        'a worker that is not there',
        { workerUrl: '/missing.js' },
        /worker failed: .*cannot be loaded/,
      ],
      [
        'WebAssembly that is not there',
        { wasmPaths: '/missing' },
        /missing\/ort-wasm-simd-threaded/,
      ],
      ['no thread', { threads: 0 }, /^RangeError: threads is 0; it must be a whole number from 1$/],
      ['half a thread', { threads: 1.5 }, /^RangeError: threads is 1.5/],
    ])('%s', async (_, options, problem) => {
      await page.goto(isolated.address);
      expect(await page.evaluate(start(options))).toMatch(problem);
      await expect.poll(() => page.workers().length).toBe(0);
    });
  });

  test('a worker that dies rejects what waits and what comes', async () => {
    await page.goto(isolated.address);
    const found = await page.evaluate(`(async () => {
      // Takes settings and a first request, and dies of the second.
      const source = "let got = 0; onmessage = ({ data: { id } }) => {" +
        "if (++got === 3) throw new Error('struck'); if (id) postMessage({ id, values: {} }) }";
      const workerUrl = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
      const runtime = await createWebRuntime({ workerUrl });
      const waits = await runtime.writeState({}).${words};
      const comes = await runtime.writeState({}).${words};
      await runtime.close();
      return { waits, comes };
    })()`);
    const problem = "Error: the engine's worker failed: Uncaught Error: struck";
    expect(found).toEqual({ waits: problem, comes: problem });
    expect(said).toEqual([]);
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test('worker and WebAssembly may lie elsewhere', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const threads = await inPage(isolated, 'return runtime.threads', {
      threads: 2,
      workerUrl: '/worker.js',
      wasmPaths: 'ort',
    });
    expect(threads).toBe(2);
    expect(asked.filter((path) => path.endsWith('.wasm'))).toEqual([
      '/ort/ort-wasm-simd-threaded.wasm',
    ]);
    expect(asked).toContain('/worker.js');
  });
});

/** The largest difference, as a share of the largest number expected. */
function relativeDifference(found: readonly number[], expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  const largest = (values: readonly number[]) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(expected.map((value, i) => value - (found[i] as number))) / largest(expected);
}
