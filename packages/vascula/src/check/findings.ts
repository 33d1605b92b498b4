import type { Fault } from '@vascula/core';
import type { FaultKind, FindingSink, WarningKind } from '../dataset/index.js';

export type Finding<Kind> = { readonly kind: Kind } & Fault;

/** A sink that keeps everything it is told, in the order told. */
export class FindingList implements FindingSink {
  readonly faults: Finding<FaultKind>[] = [];
  readonly warnings: Finding<WarningKind>[] = [];

  fault(kind: FaultKind, fault: Fault): void {
    this.faults.push({ kind, ...fault });
  }

  warning(kind: WarningKind, fault: Fault): void {
    this.warnings.push({ kind, ...fault });
  }
}
