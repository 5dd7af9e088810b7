/** What stands for files, SQL and danfo.js where a bundler builds for a browser; package.json's "imports" say when. */
import { TableError } from "./table-error.js";

const notHere = (fn: string, remedy: string) => async (): Promise<never> => {
  throw new TableError(`${fn}: expected Node, which has what it needs, got a browser; ${remedy}`);
};
const rows = "fetch the rows as JSON and give them to tableOf()";

export const readTableFile = notHere("readTable", rows);
export const writeTableFile = notHere("writeTable", "offer JSON.stringify(table.rows) as a download");
export const querySql = notHere("sql", "use filter, groupBy and sortBy");
export const tableToDanfo = notHere("toDanfo", "give table.rows to danfojs");
