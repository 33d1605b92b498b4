import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import type { DataType, Tensor, TypedArray } from '../tensor.js';
import type { Request } from './protocol.js';
import { nextPrefix, type Tensors } from './runtime.js';

/** What differs between ONNX Runtime on Node and in the browser. */
export interface OrtBackend {
  /** Outputs named in `kept` are only fed again or asked for later: they may stay on the device. */
  createSession(model: Uint8Array, kept: readonly string[]): Promise<InferenceSession>;
  createTensor(type: DataType, data: TypedArray, shape: readonly number[]): OrtTensor;
  /** The data of a tensor that stayed on the device. */
  download(tensor: OrtTensor): Promise<TypedArray>;
  /** Whether a run writes into the tensors it is given for its outputs; WebAssembly's leaves them alone. */
  readonly writesIntoOutputs: boolean;
}

interface Loaded {
  readonly session: InferenceSession;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * A state entry and, where runs write into outputs, a spare tensor of its size once it has been written: a
 * run writes the spare, then the two swap roles. On a device each run makes a tensor anew.
 */
interface StateEntry {
  current: OrtTensor;
  spare: OrtTensor | undefined;
}

/** The worker's side of a runtime: holds sessions and state, carries out requests one at a time. */
export class SessionHost {
  private readonly programs = new Map<number, Loaded>();
  private readonly state = new Map<string, StateEntry>();

  constructor(private readonly backend: OrtBackend) {}

  async handle(request: Request): Promise<Record<string, Tensor>> {
    switch (request.kind) {
      case 'load': {
        const session = await this.backend.createSession(
          request.model,
          request.outputs.filter((name) => name.startsWith(nextPrefix)),
        );
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
          const old = this.state.get(name);
          if (old) release(old.current);
          // A buffer of its own: entries sent as one array must not share memory.
          const current = this.tensor({ ...tensor, data: tensor.data.slice() });
          this.state.set(name, { current, spare: undefined });
        }
        return {};
      case 'readState': {
        const values: Record<string, Tensor> = {};
        for (const name of request.names) values[name] = await this.plain(this.entry(name).current);
        return values;
      }
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
    for (const name of loaded.outputs) fetches[name] = this.replaced(name)?.spare ?? null;
    const results = await loaded.session.run(inputs, fetches);
    for (const name of loaded.outputs) {
      const old = this.replaced(name)?.current;
      const { dims } = results[name] as OrtTensor;
      if (old !== undefined && old.dims.join() !== dims.join())
        throw new Error(`"${name}" has shape [${dims}], the state it is to replace [${old.dims}]`);
    }
    const values: Record<string, Tensor> = {};
    for (const name of loaded.outputs)
      if (!name.startsWith(nextPrefix)) values[name] = await this.plain(results[name] as OrtTensor);
    const replaces = Object.values(values).every(allFinite);
    for (const name of loaded.outputs) {
      const [entry, result] = [this.replaced(name), results[name] as OrtTensor];
      if (entry === undefined) continue;
      if (replaces) this.replace(entry, result);
      else release(result);
    }
    return values;
  }

  private replace(entry: StateEntry, result: OrtTensor): void {
    const old = entry.current;
    // Where there was a spare, the result lies in it.
    entry.current = entry.spare ?? result;
    entry.spare = this.backend.writesIntoOutputs && !onDevice(result) ? old : undefined;
    release(old);
  }

  /** The state entry that an output replaces; undefined for an output of any other name. */
  private replaced(output: string): StateEntry | undefined {
    return output.startsWith(nextPrefix) ? this.entry(output.slice(nextPrefix.length)) : undefined;
  }

  private entry(name: string): StateEntry {
    const entry = this.state.get(name);
    if (entry === undefined) throw new Error(`"${name}" is neither fed nor part of the state`);
    return entry;
  }

  private tensor({ type, data, shape }: Tensor): OrtTensor {
    return this.backend.createTensor(type, data, shape);
  }

  /** What goes into a reply; posting it copies the data. */
  private async plain(tensor: OrtTensor): Promise<Tensor> {
    const data = onDevice(tensor) ? await this.backend.download(tensor) : tensor.data;
    return { type: tensor.type as DataType, shape: [...tensor.dims], data: data as TypedArray };
  }
}

function allFinite({ type, data }: Tensor): boolean {
  return type !== 'float32' || (data as Float32Array).every(Number.isFinite);
}

function onDevice(tensor: OrtTensor): boolean {
  return tensor.location === 'gpu-buffer';
}

/** Lets a device's memory go at once; the processor's is collected. */
function release(tensor: OrtTensor): void {
  if (onDevice(tensor)) tensor.dispose();
}
