// What a table's column is.
export interface Column<Row> {
  key: string;
  title: string;
  /** The cell's text; a slot named by `key` (props: row) takes its place. */
  text?: (row: Row) => string;
  numeric?: boolean;
  sortable?: boolean;
  sorted?: 'ascending' | 'descending' | 'none';
}
