/** Characters of a file that are repeated in a message. */
const MAX_QUOTED = 40;

/** Text of a file for a message, cut. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED - 1)}…`);
}
