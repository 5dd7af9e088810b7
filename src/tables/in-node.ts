/** Files, SQL and danfo.js, by what is loaded with the first use of each; a browser has `only-in-node.ts` instead. */
import { later } from "../base/node/later.js";

const files = later<typeof import("./files/table-file.js")>(import.meta.url, "./files/table-file.js");
const sql = later<typeof import("./query-sql.js")>(import.meta.url, "./query-sql.js");
const danfo = later<typeof import("./table-to-danfo.js")>(import.meta.url, "./table-to-danfo.js");

export const readTableFile: ReturnType<typeof files>["readTableFile"] = (...given) =>
  files().readTableFile(...given);
export const writeTableFile: ReturnType<typeof files>["writeTableFile"] = (...given) =>
  files().writeTableFile(...given);
export const querySql: ReturnType<typeof sql>["querySql"] = (...given) => sql().querySql(...given);
export const tableToDanfo: ReturnType<typeof danfo>["tableToDanfo"] = (...given) =>
  danfo().tableToDanfo(...given);
