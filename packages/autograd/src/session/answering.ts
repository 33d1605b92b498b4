import type { SessionHost } from './host.js';
import type { Envelope, Reply } from './protocol.js';

/** A worker's listener: has the host carry out each request, and posts its reply. */
export function answering(
  host: SessionHost,
  post: (reply: Reply) => void,
): (envelope: Envelope) => void {
  let last: Promise<unknown> = Promise.resolve();
  return ({ id, request }) => {
    // One request at a time: a run must not see the state half swapped.
    last = last
      .then(() => host.handle(request))
      .then(
        (values): Reply => ({ id, values }),
        (error: unknown): Reply => ({
          id,
          error: error instanceof Error ? error.message : `${error}`,
        }),
      )
      .then(post);
  };
}
