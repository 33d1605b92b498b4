import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import type { DataType, Tensor, TypedArray } from '../tensor.js';
import type { Request } from './protocol.js';
import { nextPrefix, type Tensors } from './runtime.js';

/** What differs between ONNX Runtime on Node and in the browser. */
export interface OrtBackend {
  createSession(model: Uint8Array): Promise<InferenceSession>;
  createTensor(type: DataType, data: TypedArray, shape: readonly number[]): OrtTensor;
}

interface Loaded {
  readonly session: InferenceSession;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A state entry and a spare tensor of its size: a run writes the spare, then the two swap roles. */
interface StateEntry {
  current: OrtTensor;
  spare: OrtTensor;
}

/** The worker's side of a runtime: holds sessions and state, carries out requests one at a time. */
export class SessionHost {
  private readonly programs = new Map<number, Loaded>();
  private readonly state = new Map<string, StateEntry>();

  constructor(private readonly backend: OrtBackend) {}

  async handle(request: Request): Promise<Record<string, Tensor>> {
    switch (request.kind) {
      case 'load': {
        const session = await this.backend.createSession(request.model);
        this.programs.set(request.program, {
          session,
          inputs: request.inputs,
          outputs: request.outputs,
        });
        return {};
      }
      case 'run':
        return this.run(request.program, request.feeds);
      case 'writeState':
        for (const [name, tensor] of Object.entries(request.values)) {
          // Two buffers of its own: entries sent as one array must not share memory.
          const copy = () => this.tensor({ ...tensor, data: tensor.data.slice() });
          this.state.set(name, { current: copy(), spare: copy() });
        }
        return {};
      case 'readState':
        return Object.fromEntries(
          request.names.map((name) => [name, plain(this.entry(name).current)]),
        );
      case 'close':
        for (const { session } of this.programs.values()) await session.release();
        this.programs.clear();
        this.state.clear();
        return {};
    }
  }

  private async run(program: number, feeds: Tensors): Promise<Record<string, Tensor>> {
    const loaded = this.programs.get(program);
    if (loaded === undefined) throw new Error(`no program ${program} is loaded`);
    for (const name of Object.keys(feeds))
      if (!loaded.inputs.includes(name))
        throw new Error(
          `"${name}" is no input of the graph, which has ${loaded.inputs.map((input) => `"${input}"`).join(', ')}`,
        );
    const inputs: Record<string, OrtTensor> = {};
    for (const name of loaded.inputs) {
      const fed = feeds[name];
      inputs[name] = fed ? this.tensor(fed) : this.entry(name).current;
    }
    const fetches: Record<string, OrtTensor | null> = {};
    for (const name of loaded.outputs)
      fetches[name] = name.startsWith(nextPrefix)
        ? this.entry(name.slice(nextPrefix.length)).spare
        : null;
    const results = await loaded.session.run(inputs, fetches);
    const values: Record<string, Tensor> = {};
    for (const name of loaded.outputs) {
      if (!name.startsWith(nextPrefix)) {
        values[name] = plain(results[name] as OrtTensor);
        continue;
      }
      const entry = this.entry(name.slice(nextPrefix.length));
      [entry.current, entry.spare] = [entry.spare, entry.current];
    }
    return values;
  }

  private entry(name: string): StateEntry {
    const entry = this.state.get(name);
    if (entry === undefined) throw new Error(`"${name}" is neither fed nor part of the state`);
    return entry;
  }

  private tensor({ type, data, shape }: Tensor): OrtTensor {
    return this.backend.createTensor(type, data, shape);
  }
}

/** What goes into a reply; posting it copies the data. */
function plain({ type, dims, data }: OrtTensor): Tensor {
  return { type: type as DataType, shape: [...dims], data: data as TypedArray };
}
