import { type Run, sameNames } from '../run/index.js';
import type { InitialWeights } from '../training/index.js';
import type { Terminal } from './terminal.js';

/** Says where the data of the run that weights are from are others, so that names of tiles tell nothing. */
export function tellOfOtherData(
  terminal: Terminal,
  from: InitialWeights | undefined,
  { config }: Run,
): void {
  if (from === undefined || sameNames(from.source.config.data, config.data)) return;
  terminal.err(
    `Note: ${from.origin.run} was trained on other data (${from.source.config.data.folder}): ` +
      `whether any of them are validated on here cannot be told by their names.\n`,
  );
}
