import type { Tensor } from '../tensor.js';
import type { Tensors } from './runtime.js';

/** What a runtime asks of its worker; every request is answered once, by its id. */
export type Request =
  | {
      readonly kind: 'load';
      readonly program: number;
      readonly model: Uint8Array;
      readonly inputs: readonly string[];
      readonly outputs: readonly string[];
    }
  | { readonly kind: 'run'; readonly program: number; readonly feeds: Tensors }
  | { readonly kind: 'writeState'; readonly values: Tensors }
  | { readonly kind: 'readState'; readonly names: readonly string[] }
  | { readonly kind: 'close' };

export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

export type Reply =
  | { readonly id: number; readonly values: Record<string, Tensor> }
  | { readonly id: number; readonly error: string };
