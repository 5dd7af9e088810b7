/** What is wrong with a table, its file, or a query; names the function, the expectation, the value. */
export class TableError extends RangeError {
  override readonly name = "TableError";
}
