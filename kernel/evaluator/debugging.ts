/** What the debugger asks of the evaluator's process by name, through the inspector. */

import { fileURLToPath } from "node:url";
import type { DisplayData } from "../display/bundle.js";
import { plain } from "../display/plain.js";
import { toBundle } from "../display/to-bundle.js";
import type { CellRegistry } from "../source/cell.js";
import type { SessionNames } from "../cells/rewrite/cell-names.js";
import type { Runner } from "./run.js";

/** The functions; they stand beside those that rewritten cells call. */
export interface Debugging {
  /** The variables that cells have declared. */
  variables(): Record<string, unknown>;
  /** A value as it would be displayed; waits for displays that take their time. */
  bundle(value: unknown): DisplayData | Promise<DisplayData>;
  /** The same at once: while the debugger has stopped the thread, no promise settles. */
  bundleNow(value: unknown): DisplayData;
  /** Those of reserved names that stand for variables of cells; a name that is about to be `declared` is one. */
  own(names: readonly string[], declared?: boolean): string[];
  /** The local files that were loaded, by absolute path. */
  files(): string[];
  /** Where a value rests on its way from a stopped function to the global scope. */
  kept: unknown;
}

/** Clients show less of a text than this, and V8 would send all of it. */
const MAX_TEXT = 10_000;

const shortened = (value: unknown): unknown =>
  typeof value === "string" && value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value;

/** Makes them. */
export function createDebugging(
  runner: () => Runner,
  sources: CellRegistry,
  cellNames: SessionNames,
): Debugging {
  return {
    variables: () =>
      Object.fromEntries(
        runner()
          .variables()
          .map(([name, value]) => [name, shortened(value)]),
      ),
    bundle: value => toBundle(value),
    bundleNow: value => {
      const shown = toBundle(value);
      return "then" in shown ? { data: plain(value), metadata: {} } : shown;
    },
    own: (names, declared = false) => {
      if (declared) cellNames.declare(names);
      return names.filter(name => declared || cellNames.isOwn(name));
    },
    files: () => sources.files.map(file => fileURLToPath(file)),
    kept: undefined,
  };
}
