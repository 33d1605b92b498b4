import { type Column, columnTitle, formatCell, type Row } from '@vascula/core';
import type { Block } from './block.js';
import { type Html, html } from './html.js';

/** Rows in the page; the CSV file has all. */
const ROWS_SHOWN = 500;

/** Rows above which a table scrolls in a box of its own. */
const ROWS_TALL = 24;

/**
 * A table with its heading, in a region that scrolls sideways by itself on a narrow screen and can be
 * reached by keyboard.
 */
export function tableHtml(block: Extract<Block, { kind: 'table' }>): Html {
  const { name, title, caption, table } = block;
  const { columns, rows } = table;
  const shown = rows.slice(0, ROWS_SHOWN);
  const left = rows.length - shown.length;
  return html`<section class="card" id="table-${name}">
<h3 id="table-${name}-title">${title}</h3><p>${caption}</p>
${rows.length === 0 ? html`<p class="empty">No rows.</p>\n` : gridHtml(name, columns, shown)}${
  left > 0 ? html`<p class="empty">The first ${ROWS_SHOWN} of ${rows.length} rows.</p>\n` : ''
}<p class="files">Save as <a href="tables/${name}.csv" download>CSV</a></p>
</section>
`;
}

function gridHtml(name: string, columns: readonly Column[], rows: readonly Row[]): Html {
  const tall = rows.length > ROWS_TALL ? ' tall' : '';
  return html`<div class="scroll${tall}" role="region" aria-labelledby="table-${name}-title" tabindex="0">
<table aria-labelledby="table-${name}-title">
<thead><tr>${columns.map(
    (column) => html`<th scope="col"${kindClass(column)}>${columnTitle(column)}</th>`,
  )}</tr></thead>
<tbody>
${rows.map(
  (row) =>
    html`<tr>${columns.map((column) => html`<td${kindClass(column)}>${formatCell(column, row[column.name])}</td>`)}</tr>\n`,
)}</tbody></table>
</div>
`;
}

function kindClass(column: Column): Html {
  return column.kind === 'text' ? html`` : html` class="number"`;
}
