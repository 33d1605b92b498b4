import { join } from 'node:path';
import { type Page, writePage } from '../pages/index.js';
import type { PageHooks } from '../report/index.js';
import { jsonText } from '../run/index.js';
import { startStages } from './stages.js';
import type { Terminal } from './terminal.js';

/** Makes a page and writes it, with progress; prints where it is, or all its numbers. */
export async function writePageHere(
  terminal: Terminal,
  folder: string,
  json: boolean,
  make: (hooks: PageHooks) => Promise<Page>,
): Promise<void> {
  const stages = startStages(terminal);
  const signal = terminal.interrupted;
  try {
    const page = await make({
      progress: (stage, done, total) => stages.update(stage, 'tiles', done, total),
      signal,
    });
    await writePage(folder, page, {
      progress: (done, total) => stages.update('Writing', 'files', done, total),
      signal,
    });
    stages.finish();
    terminal.out(json ? jsonText(page.data) : `page     ${join(folder, 'index.html')}\n`);
  } catch (error) {
    stages.finish();
    throw error;
  }
}
