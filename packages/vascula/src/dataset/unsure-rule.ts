import type { UnsureRule } from '@vascula/core';

/**
 * What becomes of pixels inside `unsure` outlines that no vessel has. Background is the competition's way,
 * and what runs were trained on before it was asked.
 */
export const unsureRules = ['background', 'ignored'] as const satisfies readonly UnsureRule[];
