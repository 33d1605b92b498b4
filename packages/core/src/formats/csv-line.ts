import { InputError } from '../errors.js';

/** More columns than any table read here has; a line of commas takes thirty times its bytes. */
const MAX_FIELDS = 10_000;

/**
 * The fields of one line of comma-separated values (RFC 4180 without line breaks in fields): quotes
 * around a field are removed, doubled quotes within become one.
 *
 * @throws InputError a quote that is not closed, text after a closing quote, or more than 10,000 fields
 */
export function splitCsvLine(line: string): string[] {
  const fields: string[] = [];
  // `at` is the start of a field; it passes the line's length only after the last one.
  for (let at = 0; at <= line.length; at++) {
    if (fields.length === MAX_FIELDS)
      throw new InputError({ problem: 'too many fields', expected: `at most ${MAX_FIELDS}` });
    if (line[at] !== '"') {
      const comma = line.indexOf(',', at);
      const end = comma === -1 ? line.length : comma;
      fields.push(line.slice(at, end));
      at = end;
      continue;
    }
    const field = `field ${fields.length + 1}`;
    let text = '';
    for (let from = at + 1; ; from = at + 1) {
      const quote = line.indexOf('"', from);
      if (quote === -1)
        throw new InputError({
          field,
          problem: 'a quote is not closed',
          expected: 'a closing quote on the same line',
        });
      text += line.slice(from, quote);
      at = quote + 1;
      if (line[at] !== '"') break;
      text += '"';
    }
    if (at < line.length && line[at] !== ',')
      throw new InputError({
        field,
        problem: 'text follows a closing quote',
        expected: 'a comma or the end of the line',
      });
    fields.push(text);
  }
  return fields;
}
