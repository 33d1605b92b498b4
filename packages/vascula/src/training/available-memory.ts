import { freemem, totalmem } from 'node:os';

/**
 * Bytes this process may hold in all: what it holds, and what is free on the machine or up to the limit
 * of its container (cgroup 1 and 2), whichever ends first.
 *
 * Only the limit itself is taken from the container: what the container counts as used includes the
 * cached pages of every file it has read, which the system gives up when asked.
 */
export function availableMemory(): number {
  // macOS calls free only what nothing was ever put in; it makes room by itself.
  const machine =
    process.platform === 'darwin' ? totalmem() : freemem() + process.memoryUsage.rss();
  const limit = process.constrainedMemory();
  // Without a limit: 0, or a number beyond every machine.
  return limit > 0 ? Math.min(machine, limit) : machine;
}
