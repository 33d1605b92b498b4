/** A Markdown table that can be read as it is: columns padded, numbers (of words) on the right. */
export function markdownTable(head, rows) {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => row[i].length)));
  const right = head.map((_, i) => rows.every((row) => /^(-|[\d.,]+( \S{1,3})?)$/.test(row[i])));
  const line = (row) =>
    `| ${row.map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`;
  const rule = widths.map((width, i) =>
    right[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
