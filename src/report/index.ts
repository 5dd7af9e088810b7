/// <reference types="node" preserve="true" />
/** Reports: pages by themselves of executed notebooks and of populations. */
export { type ReportOptions, writeReport } from "./report.js";
export { writeSweepReport } from "./sweep-report.js";
