/** `describe-table.ts`, loaded with the first table that is described; a browser has the file itself instead. */
import { later } from "../base/node/later.js";

type Described = typeof import("./describe-table.js");
const described = later<Described>(import.meta.url, "./describe-table.js");

/** See `describe-table.ts`. */
export const describeTable: Described["describeTable"] = table => described().describeTable(table);
