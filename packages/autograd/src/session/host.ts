import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import {
  type DataType,
  elementCount,
  type Tensor,
  type TypedArray,
  typedArrays,
} from '../tensor.js';
import type { Request } from './protocol.js';
import { nextPrefix, type StateValue, type Tensors } from './runtime.js';

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

type Loaded = Pick<
  Extract<Request, { kind: 'load' }>,
  'inputs' | 'outputs' | 'parts' | 'piecewise'
> & { readonly session: InferenceSession };

/** Numbers in a piece of a graph that is run piece by piece: its few intermediate results stay in cache. */
const pieceLength = 2 ** 17;

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
        const { inputs, outputs, parts, piecewise } = request;
        this.programs.set(request.program, { session, inputs, outputs, parts, piecewise });
        return {};
      }
      case 'run':
        return this.run(request.program, request.feeds);
      case 'writeState':
        this.writeState(request.values);
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

  private writeState(values: Readonly<Record<string, StateValue>>): void {
    const taken = new Set<ArrayBufferLike>();
    for (const [name, { type, shape, data }] of Object.entries(values)) {
      const old = this.state.get(name);
      if (old) release(old.current);
      // A buffer of its own: entries sent as one array must not share memory.
      const whole =
        data?.buffer instanceof ArrayBuffer &&
        data.byteLength === data.buffer.byteLength &&
        !taken.has(data.buffer);
      const own = data === undefined ? zeros(type, shape) : whole ? data : data.slice();
      taken.add(own.buffer);
      this.state.set(name, { current: this.tensor({ type, shape, data: own }), spare: undefined });
    }
  }

  private async run(program: number, feeds: Tensors): Promise<Record<string, Tensor>> {
    const loaded = this.programs.get(program);
    if (loaded === undefined) throw new Error(`no program ${program} is loaded`);
    for (const name of Object.keys(feeds))
      if (!loaded.inputs.some((input) => input.name === name))
        throw new Error(
          `"${name}" is no input of the graph, which has ${loaded.inputs.map((input) => `"${input.name}"`).join(', ')}`,
        );
    const inputs = new Map(
      loaded.inputs.map(({ name, shape }) => {
        const fed = feeds[name];
        const tensor = fed ? this.tensor(fed) : this.entry(name).current;
        if (!fits(tensor, shape))
          throw new Error(`"${name}" has shape [${tensor.dims}], the graph takes [${shape}]`);
        return [name, tensor];
      }),
    );
    return loaded.piecewise ? this.runPieces(loaded, inputs) : this.runWhole(loaded, inputs);
  }

  private async runWhole(
    { session, inputs: read, outputs, parts }: Loaded,
    inputs: ReadonlyMap<string, OrtTensor>,
  ): Promise<Record<string, Tensor>> {
    const given = new Map(
      outputs.flatMap((name) => {
        const place = this.placeOf(name, read, parts);
        return place === undefined ? [] : [[name, place] as const];
      }),
    );
    const found = await session.run(
      this.bound(session.inputNames, inputs, parts),
      this.bound(session.outputNames, given, parts),
    );
    const results = new Map(outputs.map((name) => [name, given.get(name) ?? found[name]]));
    for (const [name, result] of results) {
      const old = this.replaced(name)?.current;
      const { dims } = result as OrtTensor;
      if (old !== undefined && old.dims.join() !== dims.join())
        throw new Error(`"${name}" has shape [${dims}], the state it is to replace [${old.dims}]`);
    }
    const values: Record<string, Tensor> = {};
    for (const [name, result] of results)
      if (!name.startsWith(nextPrefix)) values[name] = await this.plain(result as OrtTensor);
    const replaces = Object.values(values).every(allFinite);
    for (const [name, result] of results) {
      const entry = this.replaced(name);
      if (entry === undefined || entry.current === result) continue;
      if (replaces) this.replace(entry, result as OrtTensor);
      else release(result as OrtTensor);
    }
    return values;
  }

  /**
   * Where an output is to be written: over the entry it replaces where that is not read and given in parts,
   * else beside it. Undefined where the run makes a tensor of its own.
   */
  private placeOf(
    output: string,
    read: Loaded['inputs'],
    parts: Loaded['parts'],
  ): OrtTensor | undefined {
    const entry = this.replaced(output);
    const length = dividedLength(output, parts);
    if (length === 0) return entry?.spare;
    const unread = read.every(({ name }) => `${nextPrefix}${name}` !== output);
    const place = unread ? entry?.current : entry?.spare;
    if (place?.type === 'float32' && place.dims.join() === `${length}`) return place;
    return this.tensor({ type: 'float32', shape: [length], data: new Float32Array(length) });
  }

  /** Each piece of the state's vectors is read, and written over. */
  private async runPieces(
    { session, outputs }: Loaded,
    inputs: ReadonlyMap<string, OrtTensor>,
  ): Promise<Record<string, Tensor>> {
    const written = new Map(
      outputs.map((name) => [name, (this.replaced(name) as StateEntry).current]),
    );
    const vectors = [...inputs.values(), ...written.values()].filter(({ dims }) => dims.length > 0);
    const length = vectors[0]?.size ?? 0;
    for (const { dims } of vectors)
      if (dims.join() !== `${length}`)
        throw new Error(`a vector has shape [${dims}], another [${length}]: they must be alike`);
    const piece = (tensors: ReadonlyMap<string, OrtTensor>, offset: number) =>
      Object.fromEntries(
        [...tensors].map(([name, tensor]) => [
          name,
          tensor.dims.length === 0
            ? tensor
            : this.view(tensor, offset, Math.min(pieceLength, length - offset)),
        ]),
      );
    for (let offset = 0; offset < length; offset += pieceLength)
      await session.run(piece(inputs, offset), piece(written, offset));
    return {};
  }

  /** Tensors for the inputs or outputs of a session, parts of them cut out; null where there is none. */
  private bound(
    names: readonly string[],
    tensors: ReadonlyMap<string, OrtTensor>,
    parts: Loaded['parts'],
  ): Record<string, OrtTensor> {
    return Object.fromEntries(
      names.map((name) => {
        const part = parts.get(name);
        const tensor = tensors.get(part?.of ?? name) ?? null;
        return [name, part && tensor ? this.view(tensor, part.offset, part.length) : tensor];
      }),
    ) as Record<string, OrtTensor>;
  }

  private view(tensor: OrtTensor, offset: number, length: number): OrtTensor {
    const data = (tensor.data as TypedArray).subarray(offset, offset + length);
    return this.tensor({ type: tensor.type as DataType, shape: [length], data });
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

/** The graph itself may have been given to the session with its sizes left open. */
function fits({ dims }: OrtTensor, shape: readonly (number | string)[]): boolean {
  return (
    dims.length === shape.length &&
    dims.every((size, axis) => typeof shape[axis] === 'string' || shape[axis] === size)
  );
}

/** Elements of the parts of a flat input or output together; 0 where it has none. */
function dividedLength(name: string, parts: Loaded['parts']): number {
  return [...parts.values()].reduce((sum, { of, length }) => sum + (of === name ? length : 0), 0);
}

function zeros(type: DataType, shape: readonly number[]): TypedArray {
  return new typedArrays[type](elementCount(shape));
}
