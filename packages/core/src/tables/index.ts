export {
  count,
  deviationOf,
  finiteValues,
  mean,
  meanOf,
  median,
  type NumericField,
  quantile,
  quantileOf,
  sum,
} from './aggregates.js';
export { alignedLines } from './aligned-lines.js';
export { toCsv } from './csv.js';
export { formatCell } from './format-cell.js';
export { type Group, groupBy } from './group-by.js';
export { naturalOrder } from './natural-order.js';
export { type Cell, type Column, columnTitle, type Row, type Table } from './table.js';
