/** A value of a table: null where there is none to give (the mean of no tiles). Never NaN. */
export type Cell = number | string | null;

export interface Column {
  /** Key of the rows, and the header of the CSV file. */
  readonly name: string;
  /** Heading for people. */
  readonly label: string;
  /** Shown in brackets after the label: `px`, `%`, `s`. */
  readonly unit?: string;
  readonly kind: 'number' | 'integer' | 'text';
  /** Decimals shown of a `number`, 3 unless told; CSV files have them all. */
  readonly digits?: number;
}

export type Row = Readonly<Record<string, Cell>>;

/** Plain JSON. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** The heading with its unit: `mean size (px)`. */
export function columnTitle(column: Pick<Column, 'label' | 'unit'>): string {
  return column.unit === undefined ? column.label : `${column.label} (${column.unit})`;
}
