import type { Graph } from '../graph.js';
import { writeOnnx } from '../onnx/write.js';
import { hideSizes } from '../passes/hide-sizes.js';
import { isPiecewise } from './piecewise.js';
import type { Envelope, Reply, Request } from './protocol.js';
import type { Program, Runtime, StateValue, Tensors, WriteOptions } from './runtime.js';
import { type Part, sharedParts } from './shared-parts.js';
import { plainTarget, type Target } from './target.js';

const noParts: ReadonlyMap<string, Part> = new Map();

/** A channel to a worker that runs a SessionHost: Node's worker threads and Web Workers both fit. */
export interface WorkerChannel {
  /** The memory of `moved` goes to the worker; everything else is copied. */
  post(envelope: Envelope, moved: readonly ArrayBuffer[]): void;
  onReply(listener: (reply: Reply) => void): void;
  /** Called when the worker died by itself. */
  onFailure(listener: (problem: string) => void): void;
  terminate(): Promise<void>;
}

/**
 * A runtime in a worker: `session.run` blocks the thread it is called from, so it must not be the one
 * that decodes images or draws the page.
 */
export class WorkerRuntime implements Runtime {
  private readonly waiting = new Map<
    number,
    { resolve(values: Tensors): void; reject(error: Error): void }
  >();
  private requests = 0;
  private programs = 0;
  /** Why nothing more can be asked: the worker died, or was closed. */
  private ended: string | undefined;
  private closing: Promise<void> | undefined;

  /** Standard operators, until a probe has found more. */
  target: Target = plainTarget;

  constructor(private readonly channel: WorkerChannel) {
    channel.onReply((reply) => {
      const waiting = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.values);
    });
    channel.onFailure((problem) => {
      this.ended ??= problem;
      for (const { reject } of this.waiting.values()) reject(new Error(problem));
      this.waiting.clear();
    });
  }

  async load(graph: Graph): Promise<Program> {
    const program = ++this.programs;
    const { target } = this;
    const sized = graph.inputs.every(({ shape }) =>
      shape.every((size) => typeof size === 'number'),
    );
    const mine = target.sharesMemory && sized;
    const piecewise = mine && isPiecewise(graph);
    const { graph: shared, parts } = mine ? sharedParts(graph) : { graph, parts: noParts };
    await this.ask({
      kind: 'load',
      program,
      // A piece is of any size. Where sizes were open from the start, a Reshape may be what checks them.
      model: writeOnnx(piecewise || (sized && target.plansMemory) ? hideSizes(shared) : shared),
      inputs: graph.inputs,
      outputs: graph.outputs.map(({ name }) => name),
      parts,
      piecewise,
    });
    return { run: (feeds) => this.ask({ kind: 'run', program, feeds }) };
  }

  async writeState(
    values: Readonly<Record<string, StateValue>>,
    { move = false }: WriteOptions = {},
  ): Promise<void> {
    const buffers = new Set(
      Object.values(values).flatMap(({ data }) =>
        move && data?.buffer instanceof ArrayBuffer ? [data.buffer] : [],
      ),
    );
    await this.ask({ kind: 'writeState', values }, [...buffers]);
  }

  readState(names: readonly string[]): Promise<Tensors> {
    return this.ask({ kind: 'readState', names });
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    if (this.ended === undefined) {
      const last = this.ask({ kind: 'close' });
      this.ended = 'the runtime is closed';
      await last;
    }
    await this.channel.terminate();
  }

  private ask(request: Request, moved: readonly ArrayBuffer[] = []): Promise<Tensors> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) {
        reject(new Error(this.ended));
        return;
      }
      const id = ++this.requests;
      this.channel.post({ id, request }, moved);
      this.waiting.set(id, { resolve, reject });
    });
  }
}
