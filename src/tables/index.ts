/// <reference types="node" preserve="true" />
/** Tables: columns of numbers and texts, their files, SQL over them, and danfo's DataFrames. */

// ## A table and its verbs
export { type Columns, type Row, Table, type TableLike, tableOf } from "./table.js";
export type { Column, Value } from "./column.js";
export type { Bounds, Condition } from "./rows/conditions.js";
export type { Aggregate, Measure } from "./rows/aggregate.js";
export type { Group } from "./rows/group-table.js";
export type { Joined, JoinOptions } from "./verbs/join-tables.js";
export type { PivotOptions } from "./verbs/pivot-table.js";

// ## Files and other libraries
export { readTable, type TableFormat, writeTable } from "./table-files.js";
export type { ReadOptions } from "./files/read-options.js";
export { type DanfoFrame, tableFromDanfo } from "./verbs/table-from-danfo.js";

// ## What is thrown
export { TableError } from "./table-error.js";
