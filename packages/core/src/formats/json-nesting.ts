/** Deeper than any file that is read here; a label line has 6 levels, a GeoJSON collection 8. */
export const MAX_JSON_LEVELS = 100;

/**
 * Where a JSON text first opens a list or object deeper than `MAX_JSON_LEVELS`: its index, or undefined.
 *
 * To be asked before parsing. Brackets without end take fifty times their text in memory, and whoever then
 * goes into the value runs out of stack. Text that is no JSON is answered too, in one way or the other.
 */
export function findDeepNesting(text: string): number | undefined {
  let level = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++)
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        quoted = !quoted;
        break;
      case 0x5c: // \ stands in a string only, and the next character means nothing
        at++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (!quoted && ++level > MAX_JSON_LEVELS) return at;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (!quoted) level--;
        break;
    }
  return undefined;
}
