import type { Cell, Table } from './table.js';

/**
 * The table as comma-separated values by RFC 4180: lines end in CRLF, the header has the columns'
 * names, numbers have all their digits, a cell without value is empty.
 */
export function toCsv(table: Table): string {
  const lines = [
    table.columns.map((column) => quoted(column.name)),
    ...table.rows.map((row) => table.columns.map((column) => quoted(text(row[column.name])))),
  ];
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}

function text(value: Cell | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return Number.isFinite(value) ? String(value) : '';
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
