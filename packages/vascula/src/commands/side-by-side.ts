import { mapConcurrent } from '../files/index.js';
import type { Terminal } from './terminal.js';

/**
 * Does a task with each item, at most `count` at once, begun in their order. Where there may be several at once, each
 * line on `err` begins with the item's label and nothing redraws itself. One that fails says so and interrupts the others as
 * Ctrl-C does, so that they save what they have; the first error is thrown when all have ended.
 *
 * @param task gives undefined where it was interrupted
 * @returns results in the order of the items; undefined where one was interrupted
 */
export async function sideBySide<Item, Result>(
  terminal: Terminal,
  items: readonly Item[],
  { count, label }: { readonly count: number; label(item: Item): string },
  task: (terminal: Terminal, item: Item) => Promise<Result | undefined>,
): Promise<Result[] | undefined> {
  const failed = new AbortController();
  const interrupted = AbortSignal.any([terminal.interrupted, failed.signal]);
  const results = await mapConcurrent(items, count, async (item) => {
    if (interrupted.aborted) return undefined;
    const own = count === 1 ? terminal : labelled(terminal, label(item), interrupted);
    try {
      return await task(own, item);
    } catch (error) {
      if (count > 1) own.err(`failed, the others save and stop: ${(error as Error).message}\n`);
      failed.abort(error);
      throw error;
    }
  });
  const done = results.filter((result) => result !== undefined);
  return done.length === items.length ? done : undefined;
}

function labelled(terminal: Terminal, label: string, interrupted: AbortSignal): Terminal {
  return {
    out: (text) => terminal.out(text),
    err: (text) => terminal.err(text.replace(/^(?=.)/gm, `${label}: `)),
    interactive: false,
    interrupted,
  };
}
