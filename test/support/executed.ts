/** Running notebooks under a real Jupyter client, and comparing what came out with what is committed. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { once } from "../../src/base/once.js";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Why notebooks cannot run here, or false. */
export const withoutPython = existsSync(join(root, ".venv/bin/python"))
  ? false
  : 'needs .venv; "npm run setup" makes it';

export interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | readonly string[];
  readonly ename?: string;
  readonly evalue?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly metadata: { readonly tags?: readonly string[] };
  readonly outputs?: readonly Output[];
}

export const readCells = (file: string): readonly Cell[] =>
  (JSON.parse(readFileSync(file, "utf8")) as { cells: Cell[] }).cells;

/** Executes a notebook into a folder and returns its cells. */
export async function execute(
  file: string,
  out: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Cell[]> {
  const main = join(root, "dist/src/cli/main.js");
  await promisify(execFile)(process.execPath, [main, "notebook", "run", file, "--out", out], {
    env: { ...process.env, ...env },
  });
  return readCells(join(out, basename(file)));
}

/**
 * Executes notebooks into a folder, two at a time, in one command that begins with the first that is asked for.
 *
 * @returns gives the cells of one of them, once it has run
 */
export function executeTogether(
  files: readonly string[],
  out: string,
): (file: string) => Promise<readonly Cell[]> {
  const settle = new Map<string, (problem?: string) => void>();
  const ran = new Map(
    files.map(file => [
      file,
      new Promise<string | undefined>(resolve => {
        settle.set(file, resolve);
      }),
    ]),
  );
  const begin = once(() => {
    const main = join(root, "dist/src/cli/main.js");
    const child = spawn(
      process.execPath,
      [main, "notebook", "run", ...files, "--jobs", "2", "--json", "--out", out],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    createInterface({ input: child.stdout }).on("line", line => {
      const { file, problem } = JSON.parse(line) as { readonly file: string; readonly problem?: string };
      settle.get(file)?.(problem);
    });
    child.on("error", error => settle.forEach(done => done(error.message)));
    child.on("close", () => settle.forEach(done => done("the command ended without running it")));
  });
  return async file => {
    begin();
    const problem = await ran.get(file);
    assert.equal(problem, undefined, file);
    return readCells(join(out, basename(file)));
  };
}

/** Errors and complaints of a notebook's cells. */
export const complaints = (cells: readonly Cell[]): readonly Output[] =>
  cells.flatMap(({ outputs = [] }) =>
    outputs.filter(({ output_type: type, name }) => type === "error" || name === "stderr"),
  );

/** A text of an output of a cell. */
export const textOf = (cells: readonly Cell[], id: string, type = "text/markdown"): string =>
  [cells.find(cell => cell.id === id)?.outputs?.at(-1)?.data?.[type]].flat().join("");

/** Numbers in texts and data may differ by this share: libraries and machines round differently. */
const TOLERANCE = 1e-3;

/**
 * Asserts that outputs are the same: their types, their numbers to a thousandth, everything else exactly. Pictures need
 * only be there.
 */
export function assertSameOutputs(found: readonly Cell[], expected: readonly Cell[]): void {
  assert.deepEqual(
    found.map(({ id }) => id),
    expected.map(({ id }) => id),
  );
  for (const [i, cell] of expected.entries()) {
    if (cell.metadata.tags?.includes("measured")) continue;
    const [ours, theirs] = [cell, found[i]].map(({ outputs = [] }) => outputs.map(comparable));
    assertNear(theirs, ours, cell.id);
  }
}

function comparable({ output_type: type, name, text, data = {} }: Output): unknown {
  const parts = Object.entries(data).map(([mime, part]) => {
    if (mime === "image/png") return [mime, "a picture"];
    return [mime, Array.isArray(part) ? part.join("") : part];
  });
  return { type, name, text: [text].flat().join(""), data: Object.fromEntries(parts) };
}

function assertNear(found: unknown, expected: unknown, where: string): void {
  if (typeof expected === "number" && typeof found === "number") {
    const gap = Math.abs(found - expected);
    const scale = Math.max(Math.abs(expected), Math.abs(found));
    assert.ok(gap <= TOLERANCE * scale || gap < 1e-9, `${where}: expected ${expected}, got ${found}`);
  } else if (typeof expected === "string" && typeof found === "string") {
    // Words exactly, the numbers in them as numbers.
    const number = /\d+(?:\.\d+)?/g;
    assert.equal(found.replace(number, "#"), expected.replace(number, "#"), where);
    assertNear((found.match(number) ?? []).map(Number), (expected.match(number) ?? []).map(Number), where);
  } else if (
    typeof expected === "object" &&
    expected !== null &&
    typeof found === "object" &&
    found !== null
  ) {
    assert.deepEqual(Object.keys(found), Object.keys(expected), where);
    for (const [key, part] of Object.entries(expected)) {
      assertNear((found as Record<string, unknown>)[key], part, `${where}.${key}`);
    }
  } else assert.equal(found, expected, where);
}
