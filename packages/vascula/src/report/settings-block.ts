import type { Block } from '../pages/index.js';
import type { Setting } from './settings.js';

/** A configuration as a table. */
export function settingsBlock(lines: readonly Setting[]): Block {
  return {
    kind: 'table',
    name: 'configuration',
    title: 'Settings',
    caption: 'What was asked for, with every default filled in.',
    table: {
      columns: [
        { name: 'label', label: 'setting', kind: 'text' },
        { name: 'value', label: 'value', kind: 'text' },
      ],
      rows: lines.map(({ label, value }) => ({ label, value })),
    },
  };
}
