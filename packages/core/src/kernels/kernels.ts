import { decodeBase64 } from '../formats/base64.js';
import { kernelsModule } from './kernels-module.js';

/** What kernels.c exports. Places are byte offsets in the memory. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  heap(): number;
  /** 1, or 0 where the strip cannot be decoded. */
  lzw(input: number, count: number, output: number, size: number): number;
  sumRows(pixels: number, rows: number, rowBytes: number): void;
  splitRgb(
    input: number,
    stride: number,
    size: number,
    rows: number,
    output: number,
    plane: number,
  ): void;
  crop(input: number, stride: number, size: number, rows: number, output: number): void;
  orient(
    input: number,
    size: number,
    mirroredX: number,
    mirroredY: number,
    transposed: number,
    output: number,
  ): void;
  zoomAxis(
    size: number,
    side: number,
    near: number,
    weight: number,
    pick: number,
    nearest: number,
  ): void;
  zoomRows(
    input: number,
    stride: number,
    side: number,
    size: number,
    near: number,
    weight: number,
    pick: number,
    from: number,
    rows: number,
    line: number,
    output: number,
  ): void;
  zoomNearest(input: number, stride: number, size: number, nearest: number, output: number): void;
}

/** The part of WebAssembly that Node and browsers share; its types come with either's, and core has neither. */
interface WebAssemblyLike {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
}

const PAGE = 2 ** 16;

/** Bytes that a kernel may read or write past a region. */
const SLACK = 64;

let instance: Kernels | undefined;

/** The kernels and a memory laid out for one use of them: what an earlier use left there is lost. */
export interface Workspace<Region extends string> {
  readonly kernels: Kernels;
  /** Where each region begins, in bytes; a multiple of 64. */
  readonly at: Readonly<Record<Region, number>>;
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
}

/** Lays out regions of the given sizes in bytes. The memory grows to the largest use and stays so. */
export function workspace<Region extends string>(
  regions: Readonly<Record<Region, number>>,
): Workspace<Region> {
  instance ??= instantiate();
  const at = {} as Record<Region, number>;
  let end = instance.heap();
  for (const [region, size] of Object.entries(regions) as [Region, number][]) {
    at[region] = end;
    end += Math.ceil((size + SLACK) / SLACK) * SLACK;
  }
  const { memory } = instance;
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  const { buffer } = memory;
  return { kernels: instance, at, bytes: new Uint8Array(buffer), floats: new Float32Array(buffer) };
}

function instantiate(): Kernels {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyLike };
  const module = new WebAssembly.Module(decodeBase64(kernelsModule));
  return new WebAssembly.Instance(module).exports as Kernels;
}
