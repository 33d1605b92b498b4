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

/** What a terminal would act on: controls, marks of direction, line ends. Names and values come from files. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line for a person: `path:line: field: problem; expected …. hint`, with unprintable characters escaped. */
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
  const line = `${[...place, fault.problem].join(': ')}${expected}${hint}`;
  return line.replace(UNPRINTABLE, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
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
