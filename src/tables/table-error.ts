/** What is wrong with a table, a file of one, or a question to one; names the function, the expectation, the value. */
export class TableError extends RangeError {
  override readonly name = "TableError";
}
