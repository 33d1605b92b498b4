/** One setting of a plan, and why it is that. */
export interface Choice<Value> {
  readonly value: Value;
  /** For a person: with the numbers it follows from. */
  readonly reason: string;
}

export function choice<Value>(value: Value, reason: string): Choice<Value> {
  return { value, reason };
}

/** `12.3 %`, with one place more below 1 %. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}

/** `1 slide`, `3 slides`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
