/** What the checker and the runtime say of one fault is said once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { report } from "../../cells/report.js";
import type { Diagnostic } from "../../language/diagnostics.js";
import { notYetSaid, saidOnce } from "../../language/said-once.js";

const LABEL = "In [4]";

/** An error as the evaluator describes one. */
function failed(ename: string, evalue: string, line: number, column: number, below: string[] = []) {
  return report(ename, evalue, ["", `${LABEL}, line ${line}, column ${column}`, "> 1 | …", "", ...below]);
}

/** A finding about a part of the cell, whose first line is the module's second. */
function finding(code: number, message: string, line: number, [from, to]: [number, number]): Diagnostic {
  return {
    range: { start: { line, character: from }, end: { line, character: to } },
    severity: 1,
    code,
    message,
  };
}

const text = ({ traceback }: { traceback: string[] }) => stripVTControlCharacters(traceback.join("\n"));

test("names that are not there are one line, the error's own, with how to import what can be", () => {
  const error = failed("ReferenceError", "row is not defined", 1, 1);
  const found = [
    finding(2304, "Cannot find name 'row'.", 1, [0, 3]),
    finding(2304, "Cannot find name 'E'.\nhint: import { E } from \"netspace\";", 1, [6, 7]),
    finding(2322, "Type 'string' is not assignable to type 'number'.", 2, [6, 7]),
  ];
  const { error: told, errors } = saidOnce(error, found, "row + E\nconst n: number = '';", LABEL);
  assert.equal(told.evalue, "row and E are not defined; run the cells above first");
  assert.match(text(told), /^ReferenceError: row and E are not defined; run the cells above first\n/);
  assert.match(text(told), /\nhint: import \{ E \} from "netspace";$/);
  assert.deepEqual(
    errors.map(({ code }) => code),
    [2322],
  );
  assert.deepEqual(
    notYetSaid(error, found).map(({ code }) => code),
    [2304, 2322],
  );
});

test("a name that can be imported says both ways, one that was misspelt the name that was meant", () => {
  const error = failed("ReferenceError", "sampel is not defined", 1, 1);
  const importable = finding(
    2304,
    "Cannot find name 'sampel'.\nhint: import { sampel } from \"x\";",
    1,
    [0, 6],
  );
  assert.match(
    saidOnce(error, [importable], "sampel()", LABEL).error.evalue,
    /run the cells above first, or import what is missing$/,
  );
  const slip = finding(2552, "Cannot find name 'sampel'. Did you mean 'sample'?", 1, [0, 6]);
  const { error: told, errors } = saidOnce(error, [slip], "sampel()", LABEL);
  assert.match(text(told), /^ReferenceError: sampel is not defined\n[^]*\nhint: Did you mean 'sample'\?$/);
  assert.deepEqual(errors, []);
});

test("a name of the cell's own that has no value yet, and one that a file misses, are no cells to run", () => {
  const error = failed("ReferenceError", "later is not defined", 1, 1);
  assert.equal(saidOnce(error, [], "later; const later = 1;", LABEL).error, error);
  const elsewhere = report("ReferenceError", "gone is not defined", ["", "    at helper.ts:3:1"]);
  assert.equal(saidOnce(elsewhere, [], "help()", LABEL).error, elsewhere);
  const hinted = failed("ReferenceError", "module is not defined", 1, 1, [
    "hint: a cell is no CommonJS module",
  ]);
  assert.equal(saidOnce(hinted, [], "module", LABEL).error, hinted);
});

test("JavaScript's own words about a call get those of the checker, and its question", () => {
  const code = "const other: string = 5;\nnow.column('error').map(n => n)";
  const error = failed("TypeError", "now.column is not a function", 2, 5);
  const about = finding(
    2339,
    "Property 'column' does not exist on type 'Promise<Population>'.\nhint: Did you forget to use 'await'?",
    2,
    [4, 10],
  );
  const other = finding(2322, "Type 'number' is not assignable to type 'string'.", 1, [6, 11]);
  const { error: told, errors } = saidOnce(error, [other, about], code, LABEL);
  assert.match(
    text(told),
    /\n\nTS2339: Property 'column' does not exist on type 'Promise<Population>'\.\nhint: Did you forget to use 'await'\?$/,
  );
  assert.deepEqual(errors, [other]);
});

test("a library that names its function is not contradicted, wherever in the call its argument is", () => {
  const code = "sample(RegNetX,\n  { n: 3 });";
  const error = failed("RangeError", "sample: expected a seed, got undefined; for example seed: 1", 1, 1);
  const about = finding(2741, "Property 'seed' is missing in type '{ n: number; }'.", 2, [2, 10]);
  assert.deepEqual(saidOnce(error, [about], code, LABEL), { error, errors: [] });
  // Of a cell that was called, the checker knows nothing here.
  const inOther = report(error.ename, error.evalue, ["", "In [2], line 1, column 1"]);
  assert.deepEqual(saidOnce(inOther, [about], code, LABEL), { error: inOther, errors: [about] });
});
