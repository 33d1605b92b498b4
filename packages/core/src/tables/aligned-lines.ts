/** Rows of cells as lines with columns aligned to the right, two spaces apart; the first row's length counts. */
export function alignedLines(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  return rows.map((row) => row.map((cell, k) => cell.padStart(widths[k])).join('  '));
}
