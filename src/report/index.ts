/// <reference types="node" preserve="true" />
/** Reports: pages by themselves of executed notebooks and of populations. */

// ## Write a page
export { writeSweepReport } from "./sweep-report.js";
export { type ReportOptions, writeReport } from "./report.js";
