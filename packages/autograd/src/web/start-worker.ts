import type { Reply } from '../session/protocol.js';
import type { WorkerChannel } from '../session/worker-runtime.js';
import type { Settings } from './settings.js';

/** Starts the engine's worker, from `url` or where the bundler put it, and tells it its settings. */
export function startWorker(url: string | undefined, settings: Settings): WorkerChannel {
  // Bundlers look for this very expression.
  const worker =
    url === undefined
      ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
      : new Worker(url, { type: 'module' });
  worker.postMessage(settings);
  return {
    post: (envelope, moved) => worker.postMessage(envelope, [...moved]),
    onReply: (listener) =>
      worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => listener(data)),
    onFailure: (listener) => {
      worker.addEventListener('error', (event) => {
        // A script that cannot be loaded gives no message.
        listener(`the engine's worker failed: ${event.message ?? 'its script cannot be loaded'}`);
        event.preventDefault();
      });
      worker.addEventListener('messageerror', () =>
        listener("the engine's worker sent a message that cannot be read"),
      );
    },
    terminate: async () => worker.terminate(),
  };
}
