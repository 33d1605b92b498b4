/**
 * A fault a user can cause and mend: where it is, what was found, what was expected.
 *
 * `path` is the file (or flag, such as `--cutoff`) at fault, `line` counts from 1, `field` names the
 * column, JSON path or attribute.
 */
export interface Fault {
  readonly path?: string;
  readonly line?: number;
  readonly field?: string;
  readonly problem: string;
  readonly expected?: string;
  readonly hint?: string;
}

/** One line for a person: `path:line: field: problem; expected …. hint`. */
export function describeFault(fault: Fault): string {
  const place = [
    fault.path === undefined
      ? undefined
      : fault.line === undefined
        ? fault.path
        : `${fault.path}:${fault.line}`,
    fault.field,
  ].filter((part) => part !== undefined);
  const expected = fault.expected === undefined ? '' : `; expected ${fault.expected}`;
  const hint = fault.hint === undefined ? '' : `. ${fault.hint}`;
  return `${[...place, fault.problem].join(': ')}${expected}${hint}`;
}

/** Thrown at a boundary (file, flag, message) for a fault of the input; never for a fault of ours. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(
    readonly fault: Fault,
    options?: { cause?: unknown },
  ) {
    super(describeFault(fault), options);
  }
}
