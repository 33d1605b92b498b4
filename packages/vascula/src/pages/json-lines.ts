/**
 * JSON to be read: as `JSON.stringify` with two spaces, but what holds no other list or object stands in
 * one line. Thousands of rows are thousands of lines then, and half the bytes.
 */
export function jsonLines(value: unknown): string {
  // Once through JSON, so that dates, undefined and the like are what they become in a file.
  return `${lines(JSON.parse(JSON.stringify(value) ?? 'null'), '')}\n`;
}

function lines(value: unknown, indent: string): string {
  if (!isNest(value)) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item) => lines(item, deeper))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${lines(item, deeper)}`);
  return `${open}\n${items.map((item) => deeper + item).join(',\n')}\n${indent}${close}`;
}

function isNest(value: unknown): value is object {
  return isContainer(value) && Object.values(value).some(isContainer);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
