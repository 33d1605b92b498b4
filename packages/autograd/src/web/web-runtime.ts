import { GraphBuilder } from '../builder.js';
import { GraphError } from '../errors.js';
import type { Graph } from '../graph.js';
import type { Program, Runtime, Tensors } from '../session/runtime.js';
import { type WorkerChannel, WorkerRuntime } from '../session/worker-runtime.js';
import { constantBytes, runBytes } from './memory.js';
import { startWorker } from './start-worker.js';

export interface WebRuntimeOptions {
  /**
   * Threads inside an operator, a whole number from 1; as many as the machine has, unless given. A page
   * that is not cross-origin isolated gets one, and `notice` says so.
   */
  readonly threads?: number | undefined;
  /**
   * Address of the folder with `ort-wasm-simd-threaded.wasm` and `.mjs` of onnxruntime-web, for bundlers
   * that do not follow `new URL(…, import.meta.url)`.
   */
  readonly wasmPaths?: string | undefined;
  /** Address of the bundled `@vascula/autograd/web/worker`, for such bundlers. */
  readonly workerUrl?: string | undefined;
}

export interface WebRuntime extends Runtime {
  /** Threads inside an operator. */
  readonly threads: number;
  /** Why there are fewer threads than were wanted, and what to do; undefined where there are not. */
  readonly notice: string | undefined;
}

/**
 * A runtime on `onnxruntime-web` (WebAssembly) in a Web Worker. Close it, or the worker stays.
 *
 * Rejects where the worker or ONNX Runtime does not start, and with a RangeError where `threads` is no
 * whole number from 1. Its `load` rejects with a GraphError, before memory is taken, where the graph
 * needs more than WebAssembly can address.
 */
export async function createWebRuntime(options: WebRuntimeOptions = {}): Promise<WebRuntime> {
  const { threads: wanted = navigator.hardwareConcurrency, wasmPaths, workerUrl } = options;
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new RangeError(`threads is ${wanted}; it must be a whole number from 1`);
  const threads = self.crossOriginIsolated ? wanted : 1;
  const channel = startWorker(workerUrl, {
    threads,
    // ONNX Runtime joins the folder's address and a file's name.
    wasmPaths:
      wasmPaths === undefined
        ? undefined
        : new URL(wasmPaths.replace(/\/*$/, '/'), self.location.href).href,
  });
  const runtime = new RuntimeInPage(channel, threads, threads < wanted ? oneThread : undefined);
  try {
    await runtime.load(smallest());
  } catch (error) {
    await runtime.close();
    throw error;
  }
  return runtime;
}

const oneThread =
  'The page is not cross-origin isolated, so the engine has one thread. Serve it with the headers ' +
  'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.';

/** Bytes that WebAssembly's addresses of 32 bits reach. */
const addressable = 2 ** 32;
const remedy = 'make the batch, the image or the network smaller';

class RuntimeInPage extends WorkerRuntime implements WebRuntime {
  /** Bytes of the constants of all programs, which stay as long as the runtime. */
  private constants = 0;

  constructor(
    channel: WorkerChannel,
    readonly threads: number,
    readonly notice: string | undefined,
  ) {
    super(channel);
  }

  override async load(graph: Graph): Promise<Program> {
    const constants = this.constants + constantBytes(graph);
    const needed = constants + runBytes(graph);
    if (needed > addressable)
      throw new GraphError(
        {},
        `a run needs about ${(needed / 2 ** 30).toFixed(1)} GiB of memory and WebAssembly has 4 GiB: ${remedy}`,
      );
    const program = await super.load(graph).catch(explained);
    this.constants = constants;
    return { run: (feeds: Tensors) => program.run(feeds).catch(explained) };
  }
}

/** Operators take memory beside their values, so a graph that seemed to fit may yet not. */
function explained(error: Error): never {
  if (error.message.includes('bad_alloc'))
    throw new Error(`the 4 GiB of WebAssembly are full: ${remedy}`, { cause: error });
  throw error;
}

/** y = x: loading it shows that ONNX Runtime starts. */
function smallest(): Graph {
  const g = new GraphBuilder('smallest');
  g.output(g.apply('Identity', [g.input('x', 'float32', [1])]), 'y');
  return g.build();
}
