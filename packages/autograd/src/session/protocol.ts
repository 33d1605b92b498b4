import type { ValueInfo } from '../graph.js';
import type { Tensor } from '../tensor.js';
import type { StateValue, Tensors } from './runtime.js';
import type { Part } from './shared-parts.js';

/** What a runtime asks of its worker; every request is answered once, by its id. */
export type Request =
  | {
      readonly kind: 'load';
      readonly program: number;
      readonly model: Uint8Array;
      readonly inputs: readonly ValueInfo[];
      readonly outputs: readonly string[];
      /** Which of them stand for parts of flat ones (`sharedParts`). */
      readonly parts: ReadonlyMap<string, Part>;
      /** Whether to run piece by piece, in place (`isPiecewise`). */
      readonly piecewise: boolean;
    }
  | { readonly kind: 'run'; readonly program: number; readonly feeds: Tensors }
  | { readonly kind: 'writeState'; readonly values: Readonly<Record<string, StateValue>> }
  | { readonly kind: 'readState'; readonly names: readonly string[] }
  | { readonly kind: 'close' };

export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

export type Reply =
  | { readonly id: number; readonly values: Record<string, Tensor> }
  | { readonly id: number; readonly error: string };
