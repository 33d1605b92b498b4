import { type ClaimedInstance, claimName, type InstanceRule } from '@vascula/core';

/** Besides its mask, what an instance takes. */
const OVERHEAD = 400;

/**
 * Keeps what rules claim of tiles, as much as there is room for, the longest unused goes first: rules that
 * are tried one after the other mostly differ in what is done after that.
 */
export class ClaimCache {
  readonly #claims = new Map<string, readonly ClaimedInstance[]>();
  #bytes = 0;

  constructor(private readonly limit: number) {}

  get(tile: number, rule: InstanceRule): readonly ClaimedInstance[] | undefined {
    const key = keyOf(tile, rule);
    const claimed = this.#claims.get(key);
    if (claimed === undefined) return undefined;
    // Put again, as the last to go.
    this.#claims.delete(key);
    this.#claims.set(key, claimed);
    return claimed;
  }

  put(tile: number, rule: InstanceRule, claimed: readonly ClaimedInstance[]): void {
    this.#claims.set(keyOf(tile, rule), claimed);
    this.#bytes += bytesOf(claimed);
    for (const [key, oldest] of this.#claims) {
      if (this.#bytes <= this.limit) break;
      this.#claims.delete(key);
      this.#bytes -= bytesOf(oldest);
    }
  }
}

function keyOf(tile: number, rule: InstanceRule): string {
  return `${tile} ${claimName(rule)}`;
}

function bytesOf(claimed: readonly ClaimedInstance[]): number {
  return claimed.reduce((sum, { mask }) => sum + mask.length + OVERHEAD, OVERHEAD);
}
